"""What Nameko gives to a service: its store, its clock, its keys, its policies. Nothing here decides anything."""

import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pymongo
from environs import ValidationError
from nameko.extensions import DependencyProvider, SharedExtension

from shared.audit.keeping import EVERY, Checkpoints
from shared.bus.publishing import Publishing
from shared.bus.tick import Round, every
from shared.calendar import day_of
from shared.clock import BusinessClock, machine_now
from shared.documents import Documents
from shared.outbox import CLEAR_EVERY, SWEEP_EVERY, OutboxRelay, Ticket
from shared.policies import Fit, Policy, PolicySet, PolicyVersions, load
from shared.policies.privacy import PRIVACY
from shared.presence import LOOK_EVERY, Presence, connect, once_there
from shared.sealing import KeyRing
from shared.settings import Settings, master_keys_in
from shared.tokens import signer_of

COMPARE_EVERY, STARTED_WITHIN = 5.0, 60.0

log = logging.getLogger(__name__)


def settings_of(container: Any) -> Settings:
    """The container's settings: given with its configuration, else read from the environment once."""
    if "settings" not in container.config:
        container.config["settings"] = Settings.load(os.environ)
    settings: Settings = container.config["settings"]
    return settings


class Database(SharedExtension):
    """The service's database, over one client a container; made in setup, never at import."""

    def setup(self) -> None:
        self._rounds: list[Round] = []
        settings = settings_of(self.container)
        self.client = connect(settings.mongo_url, settings.max_workers)
        self.database = self.client[f"{settings.database_prefix}_{self.container.service_name}"]
        self._presence = Presence(self.client)

    def start(self) -> None:
        """Waits for a database that is away, however long: nothing is taken before it is there."""
        once_there(self._presence.agree)
        self._rounds = [
            every(LOOK_EVERY, self._presence.look, self.container, "look for the database", always=True),
            every(COMPARE_EVERY, self._presence.compare, self.container, "compare clocks"),
        ]

    @property
    def away(self) -> bool:
        """Whether it has been missed for a while."""
        return self._presence.away

    def stop(self) -> None:
        for each in self._rounds:
            each.stop()
        self.client.close()


class Clock(DependencyProvider):
    """Business time: `self.clock.now()`."""

    def setup(self) -> None:
        self._clock = BusinessClock(settings_of(self.container).clock_file)

    def get_dependency(self, _context: Any) -> BusinessClock:
        return self._clock


class Keys(DependencyProvider):
    """The service's key ring: `self.keys`."""

    def setup(self) -> None:
        self._keys = key_ring(settings_of(self.container))

    def get_dependency(self, _context: Any) -> KeyRing:
        return self._keys


class InForce(PolicySet):
    """The policies in force, and every version that ever was."""

    versions: PolicyVersions


class Policies(DependencyProvider):
    """The policies in force: `self.policies["clocks"]`; a faulty file keeps the service from starting.

    `self.policies.versions.read(CLOCKS, version)` reads any version that was ever in force."""

    database = Database()

    def __init__(self, *policies: Policy, fits: Sequence[Fit] = ()) -> None:
        self._policies, self._fits = policies, fits
        super().__init__()

    def setup(self) -> None:
        self._in_force = InForce(load(settings_of(self.container).policies, self._policies, self._fits).loaded())

    def start(self) -> None:
        now = BusinessClock(settings_of(self.container).clock_file).now()
        self._in_force.versions = PolicyVersions(self.database.database)
        once_there(partial(self._keep, now))
        for warning in self._in_force.warnings(day_of(now)):
            log.warning("%s", warning)

    def _keep(self, now: datetime) -> None:
        with pymongo.timeout(STARTED_WITHIN):
            self._in_force.versions.keep(self._in_force, now)

    def get_dependency(self, _context: Any) -> InForce:
        return self._in_force


class Stored(DependencyProvider):
    """A store of documents with its way out: `complaints = Stored(Complaints)`."""

    database = Database()
    publishing = Publishing()

    def __init__(self, store: type[Documents[Any]]) -> None:
        self.store_class = store
        self._rounds: list[Round] = []
        super().__init__()

    def setup(self) -> None:
        settings = settings_of(self.container)
        database = self.database.database
        collection = database[self.store_class.kind.name]
        exchange = f"{self.container.service_name}.events"
        self._outbox = OutboxRelay(exchange, collection, self.publishing.wire, self.store_class.awaited)
        self.publishing.watch(self._confirmed, self._lost)
        self.store = self.store_class(database, key_ring(settings), BusinessClock(settings.clock_file), self._outbox)
        self._checkpoints = Checkpoints(database, collection, signer_of(settings))
        self.store.look_for(load(settings.policies, [PRIVACY])["privacy"].graver)

    def start(self) -> None:
        once_there(self.store.prepare)
        once_there(self._checkpoints.prepare)
        self._rounds = [
            every(CLEAR_EVERY, self._outbox.clear, self.container, f"clear {self.store_class.kind.name}"),
            every(SWEEP_EVERY, self._outbox.sweep_all, self.container, f"sweep {self.store_class.kind.name}"),
            every(EVERY, self._take_checkpoints, self.container, f"checkpoint {self.store_class.kind.name}"),
        ]

    def stop(self) -> None:
        for each in self._rounds:
            each.stop()
        self._outbox.drain()

    def get_dependency(self, _context: Any) -> Documents[Any]:
        return self.store

    def _take_checkpoints(self) -> None:
        for taken in self._checkpoints.take_all(machine_now()):
            log.info("checkpoint %s of %s documents is %s", taken.id, len(taken.heads), taken.hash)

    def _confirmed(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            if ticket.outbox is self._outbox:
                self._outbox.confirmed(ticket)

    def _lost(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            if ticket.outbox is self._outbox:
                self._outbox.lost(ticket)


def key_ring(settings: Settings) -> KeyRing:
    """The keys that the settings hold."""
    return KeyRing(settings.master_keys, settings.suite_key, settings.index_key, partial(_master_keys, settings))


def _master_keys(settings: Settings) -> Mapping[str, bytes]:
    """Those of the file as it is now; those of the start where there is none, or where it is being written."""
    try:
        text = settings.master_keys_file.read_text() if settings.master_keys_file else ""
        return master_keys_in(text) if text else settings.master_keys
    except (OSError, ValidationError) as fault:
        log.warning("the master keys were not read anew: %s", type(fault).__name__)
        return settings.master_keys
