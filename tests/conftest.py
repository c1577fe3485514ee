"""For all tests: hypothesis without time limits of its own (the machine may be busy), and a clean end on SIGTERM."""

import signal
from typing import NoReturn

import hypothesis
import pytest

hypothesis.settings.register_profile("tousu", deadline=None)
hypothesis.settings.load_profile("tousu")


def pytest_configure() -> None:
    def end(_number: int, _frame: object) -> NoReturn:
        pytest.exit("SIGTERM", returncode=143)  # fixtures still stop what they started

    signal.signal(signal.SIGTERM, end)
