"""The four services. Each is a package of its own that imports no other (rights.py is their common table)."""

SERVICES = ("intake", "escalation", "refund", "notify")
