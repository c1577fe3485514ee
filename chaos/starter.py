"""One thread starts all processes of a run and outlives them: a tied process ends with the thread that made it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class Starter(ThreadPoolExecutor):
    """Use it as a context around the suite."""

    def __init__(self) -> None:
        super().__init__(1, "starter")

    def start(self, make: Callable[[], Result]) -> Result:
        """What `make` answers or raises, made in this thread."""
        return self.submit(make).result()
