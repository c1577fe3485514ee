"""The herd knows whose end was wanted."""

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from chaos.firing import FireTime
from chaos.herd import Herd
from chaos.starter import Starter
from suite.running import Suite
from suite.waiting import wait_until

MORE = "refund-more"


class Life:
    """A process that ends in good order when it is told to, and takes its time."""

    def __init__(self) -> None:
        self.child = SimpleNamespace(returncode=0)
        self.ended = threading.Event()

    def alive(self) -> bool:
        return not self.ended.is_set()

    def signal(self, _number: int) -> None:
        pass


class Place:
    """A suite that starts lives, and ends one when `goes` is set."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = SimpleNamespace(path=folder), self
        self.lives: list[Life] = []
        self.asked, self.goes = threading.Event(), threading.Event()

    def start_process(self, _name: str, **_variables: str) -> Life:
        self.lives.append(Life())
        return self.lives[-1]

    def stop(self, _name: str, within: float) -> None:
        self.asked.set()
        assert self.goes.wait(within)
        self.lives[-1].ended.set()

    def start(self, make: Callable[[], Life]) -> Life:
        return make()


def test_who_is_called_back_while_he_still_ends_is_started_anew_and_did_not_fall(tmp_path: Path) -> None:
    place = Place(tmp_path)
    herd = Herd(cast(Suite, place), 0, [], {}, FireTime(), cast(Starter, place))
    watch: Any = herd._watch
    watch.start()
    try:
        herd.call_in(MORE)
        leaving = threading.Thread(target=herd.send_home, args=(MORE,))
        leaving.start()
        assert place.asked.wait(60)
        herd.call_in(MORE)
        place.goes.set()
        leaving.join()
        wait_until("it is back", lambda: len(place.lives) == 2, within=60)
    finally:
        herd.stop()
    assert herd.deaths == []
    assert place.lives[-1].alive()
