"""Who calls in a rehearsal, and the customer whose name, number and words must never be seen."""

from shared.aggregate import Actor

AGENT = Actor("E1001", "agent", "SZ")
OTHER_AGENT = Actor("E1004", "agent", "SZ")
DUTY_MANAGER = Actor("M1001", "duty_manager", "SZ")
BRANCH = Actor("B1001", "branch", "SZ")
PROVINCE = Actor("P1001", "province")
SUPPORT = Actor("S1001", "support")
LEGAL = Actor("L1001", "legal")
OPERATOR = Actor("O1001", "operator")
FINANCE = Actor("F1001", "finance")
GATEWAY = Actor("service:gateway", "system")

NUMBER, NAME, GROUP = "13900000205", "欧阳若兰", "北辰百货"
NEW_NUMBER, NEW_NAME = "13900000306", "欧阳若岚"
WORDS = "私下所说的话"  # in every free text, so that one that leaks is found
PERSONAL = (NUMBER, NEW_NUMBER, NAME, NEW_NAME, GROUP, WORDS)
