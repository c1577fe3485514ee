"""The project's own policies, as tests of their rules need them."""

import pytest

from shared.calendar import Calendar
from shared.clockrules import ClockPolicy
from shared.organisation import Organisation
from shared.policies import PolicySet, load
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION
from shared.settings import PROJECT


@pytest.fixture(scope="session")
def policies() -> PolicySet:
    return load(PROJECT / "policies", (CLOCKS, CALENDAR, ORGANISATION))


@pytest.fixture(scope="session")
def clocks(policies: PolicySet) -> ClockPolicy:
    return policies["clocks"]


@pytest.fixture(scope="session")
def calendar(policies: PolicySet) -> Calendar:
    return policies["calendar"]


@pytest.fixture(scope="session")
def organisation(policies: PolicySet) -> Organisation:
    return policies["organisation"]
