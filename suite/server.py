"""What every server of a run has in common: it is started and stopped, by hand or by `with`."""

from abc import ABC, abstractmethod
from typing import Self


class Server(ABC):
    """`with server:` starts it and stops it again; one that does not come up is stopped as well."""

    @abstractmethod
    def start(self) -> Self:
        """Start it and wait until it can be used. Raises SuiteError."""

    @abstractmethod
    def stop(self) -> None:
        """Stop whatever was started, whoever started it."""

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()
