"""Who calls: the staff of one branch, as policies/organisation.yml knows them."""

from dataclasses import dataclass

from suite.play.script import Person

PROVINCE = Person("P1001", "province")
SUPPORT = Person("S1001", "support")
LEGAL = Person("L1001", "legal")
AUDITOR = PROVINCE
GATEWAY = Person("service:gateway", "system")
FINANCE = Person("F1001", "finance")


@dataclass(frozen=True)
class Staff:
    """One branch's people; `colleague` rates what `agent` has replied."""

    branch: str
    agent: Person
    colleague: Person
    duty_manager: Person
    manager: Person


BRANCHES = (
    Staff(
        "SZ",
        Person("E1001", "agent", "SZ"),
        Person("E1004", "agent", "SZ"),
        Person("M1001", "duty_manager", "SZ"),
        Person("B1001", "branch", "SZ"),
    ),
    Staff(
        "GZ",
        Person("E2001", "agent", "GZ"),
        Person("E2002", "agent", "GZ"),
        Person("M2001", "duty_manager", "GZ"),
        Person("B2001", "branch", "GZ"),
    ),
)
