"""A connection that comes back within a second after each loss, until it is closed; Nameko backs off to thirty."""

import logging
import random
from abc import ABC, abstractmethod
from typing import Any

import amqp
import eventlet
from eventlet.event import Event

from shared.bus.link import CLOSE_SECONDS, CONNECT_SECONDS, Link
from shared.bus.misfits import DoesNotFit, misfit
from shared.bus.places import Places

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 1.0
START_SECONDS = 10.0

log = logging.getLogger(__name__)


class Backoff:
    """Waits a little longer each time, with jitter so that replicas do not come back as one."""

    def __init__(self) -> None:
        self._pause = FIRST_PAUSE

    def wait(self) -> None:
        eventlet.sleep(random.uniform(0.5, 1.0) * self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


class Lifeline(ABC):
    """Base of everything that keeps one connection: subclasses say what to do on_open and on_lost.

    uri: one address, or several (shared.bus.places): after each loss it goes on to the next one."""

    def __init__(self, uri: str, ssl: Any = None, linger: float = 0.0) -> None:
        self._places, self._ssl, self._linger = Places(uri), ssl, linger
        self._closing = self._away = False
        self._name = type(self).__name__
        self.link: Link | None = None
        self._misfit: DoesNotFit | None = None
        self.ready, self._ended = Event(), Event()

    @property
    def connected(self) -> bool:
        return self.link is not None and bool(self.link.connected)

    @property
    def here(self) -> str:
        """The address that it speaks to, or tries next."""
        return self._places.here

    def start(self, container: Any, name: str) -> None:
        """Begins in the container's care and waits a little; a service also starts while its broker is away.

        Raises DoesNotFit where the broker has queues that do not fit."""
        container.spawn_managed_thread(self.run, identifier=name)
        with eventlet.Timeout(START_SECONDS, False):
            self.ready.wait()
        if self._misfit:
            raise self._misfit

    def run(self) -> None:
        """Its life: connected, and connected again, until close()."""
        try:
            self._live()
        finally:
            self._ended.send()

    def _live(self) -> None:
        backoff = Backoff()
        while not self._closing:
            try:
                link = self._connect()
                backoff = Backoff()
                fault = link.listen()
            except Exception as failed:  # noqa: BLE001  a broker's bytes may break the library in any way
                fault = failed
            self.link = None
            self._places.go_on()
            self.on_lost()
            if not self._closing:
                self._say_away(fault)
                backoff.wait()

    def _say_away(self, fault: BaseException | None) -> None:
        """Once an outage, however often connecting fails meanwhile."""
        log.log(logging.DEBUG if self._away else logging.WARNING, "%s lost its connection: %r", self._name, fault)
        self._away = True

    def _say_back(self) -> None:
        if self._away:
            log.warning("%s is connected again", self._name)
        self._away = False

    def _connect(self) -> Link:
        link = Link(self._places.here, self._ssl, self._linger).open()
        try:
            with eventlet.Timeout(CONNECT_SECONDS, TimeoutError("the broker does not answer")):
                self.on_open(link)
        except amqp.PreconditionFailed as refused:
            link.collect()
            raise self._found(misfit(refused)) from refused
        except Exception:
            link.collect()
            raise
        self.link, self._misfit = link, None
        self._say_back()
        self._be_ready()
        return link

    def _found(self, misfit: DoesNotFit) -> DoesNotFit:
        """Whoever starts hears of it and ends; who has long been at work says it once, and goes on trying."""
        if self._misfit is None:
            log.error("%s", misfit)
        self._misfit = misfit
        self._be_ready()
        return misfit

    def _be_ready(self) -> None:
        if not self.ready.ready():
            self.ready.send(True)

    @abstractmethod
    def on_open(self, link: Link) -> None:
        """Opens channels and declares; may raise OSError or AMQPError."""

    @abstractmethod
    def on_lost(self) -> None:
        """The connection is gone, or was never there."""

    def close(self) -> None:
        """Sends what waits and ends, within CLOSE_SECONDS."""
        self._closing = True
        if self.link:
            self.link.depart()
        with eventlet.Timeout(CLOSE_SECONDS, False):
            self._ended.wait()
