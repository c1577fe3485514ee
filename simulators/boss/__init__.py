"""BOSS, the operator's billing system, as far as refunds need it: entries under keys, and many ways to misbehave."""
