"""For all tests: how long hypothesis searches, and a clean end on SIGTERM.

HYPOTHESIS_PROFILE=thorough (as .ci/run has it) searches three times as long as hypothesis does by itself; the usual
profile ends in seconds, for work at the desk. Neither has time limits, as the machine may be busy.
"""

import gc
import os
import signal
from typing import NoReturn

import hypothesis
import pytest

hypothesis.settings.register_profile("usual", deadline=None, max_examples=20)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=300)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


def pytest_configure() -> None:
    def end(_number: int, _frame: object) -> NoReturn:
        pytest.exit("SIGTERM", returncode=143)  # fixtures still stop what they started

    signal.signal(signal.SIGTERM, end)
    gc.disable()  # nothing that collecting tests makes is garbage


def pytest_collection_finish() -> None:
    gc.freeze()  # what is imported and collected stays: looking through it again and again took a fifth of the time
    gc.enable()
