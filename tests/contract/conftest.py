"""Everything the services can publish, published once: real commands and models, stores in memory."""

import pytest

from suite.rehearsal.everything import everything
from suite.rehearsal.memory import Told


@pytest.fixture(scope="session")
def told() -> list[Told]:
    """All events of one rehearsal, in order."""
    return everything().told
