"""The services on their stage: calls by anybody at any time, events carried to their readers, clocks that strike."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson

from services.escalation.ladder_schema import LADDER
from services.notify.notify_policy import NOTIFY
from services.policies import POLICIES
from services.rights import allowed
from shared.aggregate import Actor
from shared.bus.answers import result_body
from shared.bus.events import event_of
from shared.errors import Forbidden
from shared.policies import Loaded, Policy, load
from shared.providers import InForce
from shared.settings import PROJECT
from suite.rehearsal import improving_stores, letters, notify_stores, refund_stores, stores
from suite.rehearsal.doors import CLASSES, Handler, handlers
from suite.rehearsal.memory import KEYS, Hands, Memory, Told

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


def hour(number: float) -> datetime:
    """So many hours after Monday 09:00 in Shanghai."""
    return MONDAY + timedelta(hours=number)


class _OneVersion:
    """In place of the versions kept in MongoDB: there is only the one in force."""

    def __init__(self, policies: InForce) -> None:
        self._policies = policies

    def read(self, policy: Policy, _version: str) -> Any:
        return self._policies[policy.name]


@cache
def policies(service: str) -> InForce:
    """A service's policies as the project ships them, but for what would hang on a machine's speed."""
    in_force = InForce(map(_without_haste, load(PROJECT / "policies", POLICIES[service]).loaded()))
    in_force.versions = _OneVersion(in_force)  # type: ignore[assignment]  # the one method that services use
    return in_force


def _without_haste(loaded: Loaded) -> Loaded:
    """No SMS gives way to others for a moment: what happens must not hang on a machine's speed. Two make a group."""
    if loaded.policy is LADDER:
        return replace(loaded, value=replace(loaded.value, group=replace(loaded.value.group, count=2, customers=2)))
    if loaded.policy is not NOTIFY:
        return loaded
    carrier = replace(loaded.value.carrier, gives_way=timedelta(0))
    return replace(loaded, value=replace(loaded.value, carrier=carrier))


class _Caller:
    """Whoever calls now, judged by the table of rights."""

    def __init__(self) -> None:
        self.by = Actor("", "")

    def may(self, method: str) -> Actor:
        if not allowed(self.by, method):
            raise Forbidden("the role may not call this method", role=self.by.role, method=method)
        return self.by


class _Line:
    """What a service sees of another one: calls with the service's own token."""

    def __init__(self, stage: "Stage", service: str, asked: str) -> None:
        self._stage, self._by, self._asked = stage, Actor(f"service:{service}", "system"), asked

    def call(self, method: str, *args: Any) -> Any:
        return self._stage.call(f"{self._asked}.{method}", *args, by=self._by)


class Stage:
    """Four services from empty data. `told` are all events in order; nobody is told before `deliver`.

    `answers`: what each method answered, oldest first."""

    def __init__(self) -> None:
        self.clock, self.caller, self.told = Hands(MONDAY), _Caller(), list[Told]()
        self.complaints = self._remembered(stores.RememberedComplaints, "intake")
        self.cases = self._remembered(stores.RememberedCases, "escalation")
        self.groups = self._remembered(stores.RememberedIncidents, "escalation")
        self.refunds = self._remembered(refund_stores.RememberedRefunds, "refund")
        self.messages = self._remembered(notify_stores.RememberedMessages, "notify")
        self.sms = self._remembered(notify_stores.RememberedSms, "notify")
        self.seen = {name: self._remembered(stores.RememberedReads, name) for name in CLASSES}
        self.letters = {name: self._remembered(letters.RememberedLetters, name) for name in CLASSES}
        self.sent_again = list[str]()
        self.measures = self._remembered(improving_stores.RememberedMeasures, "intake")
        self.suggestions = self._remembered(improving_stores.RememberedSuggestions, "intake")
        self.samples = self._remembered(improving_stores.RememberedSamples, "intake")
        self.answers = defaultdict[str, list[Any]](list)
        self.services = {name: self._service(name) for name in CLASSES}
        self._delivered = 0

    def _remembered(self, store: type[Memory], service: str) -> Any:
        return store(service, self.clock, self.told)

    def _service(self, name: str) -> Any:
        """The service's own class, with what Nameko would give it."""
        service = CLASSES[name]()
        given = {"complaints": self.complaints, "cases": self.cases, "refunds": self.refunds}
        given |= {
            "groups": self.groups,
            "messages": self.messages,
            "inbound": self.sms,
            "caller": self.caller,
            "clock": self.clock,
        }
        given |= {"keys": KEYS, "policies": policies(name), "intake": _Line(self, name, "intake")}
        given |= {"refund": _Line(self, name, "refund")}
        given |= {"seen": self.seen[name], "letters": self.letters[name]}
        given |= {"send_again": lambda letter_id, _letter: self.sent_again.append(letter_id)}
        given |= {"measure_store": self.measures, "suggestion_store": self.suggestions, "sample_store": self.samples}
        for attribute in given:
            if hasattr(type(service), attribute):
                setattr(service, attribute, given[attribute])
        return service

    def call(self, method: str, *args: Any, by: Actor, at: datetime | None = None) -> Any:
        """`call("intake.get", id, by=AGENT)`: arguments and answer are JSON, as over the bus. `at` moves time first."""
        if at:
            self.pass_time(at)
        service, _, name = method.partition(".")
        before, self.caller.by = self.caller.by, by
        try:
            answer = getattr(self.services[service], name)(*orjson.loads(orjson.dumps(args)))
        finally:
            self.caller.by = before
        self.answers[method].append(orjson.loads(result_body(answer))["result"])
        return self.answers[method][-1]

    def deliver(self) -> None:
        """Carries every event to its readers, and those that come of it, until all is quiet."""
        while self._delivered < len(self.told):
            told = self.told[self._delivered]
            self._delivered += 1
            for handler in handlers():
                if handler.takes(told.service, told.type):
                    self.hand(told, handler)
            self.services["escalation"].gather()
            self.services["escalation"].reopen()

    def hand(self, told: Told, handler: Handler) -> None:
        """One event to one reader, its form checked as the inbox does."""
        event = event_of(told.body, told.type, handler.schema)
        getattr(self.services[handler.service], handler.method)(event)

    def pass_time(self, until: datetime) -> None:
        """Moves business time, never back; whatever falls due meanwhile happens at its own instant."""
        self.deliver()
        while (instant := self._next()) and instant <= until:
            self.clock.at = max(instant, self.clock.at)
            self.services["escalation"].strike()
            self.services["refund"].watch()
            self.services["notify"].watch()
            self.services["notify"].release()
            self.deliver()
        self.clock.at = max(until, self.clock.at)

    def _next(self) -> datetime | None:
        times = (self.cases.next_due(), self.refunds.next_due(), self.messages.next_due())
        return min((each for each in times if each), default=None)
