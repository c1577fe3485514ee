"""The carrier link as Nameko knows it: one a process, and what comes over it becomes a worker."""

import time
from typing import Any

from eventlet.event import Event
from nameko.extensions import DependencyProvider, Entrypoint, ProviderCollector, SharedExtension

from services.notify.carriers.account import link_of
from services.notify.carriers.link import Link
from services.notify.carriers.traffic import InboundSms, Outcome, Receipt, Segment
from services.notify.notify_policy import NOTIFY
from shared.errors import Unavailable
from shared.policies import load
from shared.providers import settings_of

DRAIN_SECONDS, LOOK_AGAIN = 12.0, 0.2


class CarrierLink(ProviderCollector, SharedExtension):
    """This process's link; what comes over it becomes a worker of the method that asked for it."""

    def __init__(self) -> None:
        self._takers: dict[str, OnCarrier] = {}
        self.stopping = False
        super().__init__()

    def setup(self) -> None:
        settings = settings_of(self.container)
        policy = load(settings.policies, [NOTIFY])["notify"]
        self.link: Link = link_of(settings, policy.carrier.window, self)
        self._begun = False

    def begin(self) -> None:
        """Called by every method that takes once the service is ready, so never before its database is there.

        The first call opens the link."""
        if not self._begun:
            self._begun = True
            self.link.start()

    def register_provider(self, provider: "OnCarrier") -> None:
        self._takers[provider.what] = provider
        super().register_provider(provider)

    def unregister_provider(self, provider: "OnCarrier") -> None:
        """The first method that stops ends the link, while workers can still store what has arrived."""
        if not self.stopping:
            self.stopping = True
            self.link.stop(DRAIN_SECONDS)
        super().unregister_provider(provider)

    def receipt(self, receipt: Receipt) -> None:
        self._takers["receipt"].take(receipt)

    def inbound(self, sms: InboundSms) -> None:
        self._takers["inbound"].take(sms)

    def answered(self, sms: InboundSms) -> None:
        self._takers["answered"].take(sms)

    def late_answer(self, segment: Segment, outcome: Outcome) -> None:
        self._takers["late_answer"].take(segment, outcome)


class OnCarrier(Entrypoint):
    """`@on_carrier("receipt")`, "inbound", "answered" or "late_answer"; `take` returns after the worker, raises what it
    raised.

    While the database is away it waits: a carrier that is refused sends again at once."""

    carrier = CarrierLink()

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)

    def setup(self) -> None:
        self.carrier.register_provider(self)

    def start(self) -> None:
        self.carrier.begin()

    def stop(self) -> None:
        self.carrier.unregister_provider(self)

    def take(self, *args: Any) -> None:
        self._await_database()
        ended = Event()

        def handle_result(_context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
            ended.send(fault)
            return result, fault

        self.container.spawn_worker(self, args, {}, handle_result=handle_result)
        if fault := ended.wait():
            raise fault[1]

    def _await_database(self) -> None:
        """Returns once it is there; Unavailable where the process stops before that."""
        while self.container.away:
            if self.carrier.stopping:
                raise Unavailable("the database is away and this process is stopping")
            time.sleep(LOOK_AGAIN)


on_carrier = OnCarrier.decorator


class Carrier(DependencyProvider):
    """The link, to submit on: `self.carrier`."""

    carrier = CarrierLink()

    def get_dependency(self, _context: Any) -> Link:
        return self.carrier.link
