"""From what happened, or what somebody asks for, to a stored message: text, decision, record. Each at most once."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.deciding import digest_until
from services.notify.errors import VariablesDoNotFit
from services.notify.expanding import Draft, Missed, Situation, expand
from services.notify.facts import clock_meant
from services.notify.message import Message
from services.notify.rules import NotifyPolicy
from services.notify.store import Messages
from services.notify.templates import Templates
from services.notify.writing import CARE_USED_UP, Order, Writing
from services.rights import sees_branch
from shared.aggregate import Actor
from shared.bus.retries import PermanentFault
from shared.clock import machine_now
from shared.documents import Clash
from shared.graver import taken_out
from shared.organisation import Organisation
from shared.requests import Request
from shared.stored import Saved

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Telling:
    """One run of an event, and what earlier runs of it have `made`; digests, which are of a day, are not among them.

    stale: it is told once more, so late that what it has not made yet was not wanted when it came first (F13)."""

    event_id: str
    now: datetime
    made: Sequence[Saved[Message]]
    stale: bool

    def known(self, draft: Draft | Missed) -> Saved[Message] | None:
        """This message of an earlier run, even where another person answers for the role by now (F13)."""
        return next((each for each in self.made if _same(each.state, draft)), None)

    @property
    def first_at(self) -> datetime:
        """When an earlier run told it, else now: the digest of that day counts what was told then."""
        return min((each.state.created_at for each in self.made), default=self.now)


def _same(message: Message, draft: Draft | Missed) -> bool:
    return (message.template, message.role) == (draft.template, draft.role)


@dataclass(frozen=True)
class Outgoing:
    """Writes messages under the policies in force; `opted_out_at` knows the numbers that want no more (NT4)."""

    messages: Messages
    policy: NotifyPolicy
    templates: Templates
    organisation: Organisation
    opted_out_at: Callable[[str], datetime | None]

    def tell(self, source: str, event: Mapping[str, Any], now: datetime) -> None:
        """Every message an event asks for; told again, it writes nothing new. PermanentFault names what cannot be."""
        situation = self._situation(event)
        rules = self.policy.rules_for(source, event["type"])
        drafts = list(expand(rules, situation, self.organisation, self.templates))
        digests = [rule.template for rule in rules if rule.daily]
        made = [each for each in self.messages.of_event(event["event_id"]) if each.state.template not in digests]
        telling = Telling(event["event_id"], now, made, self._stale(event, now))
        if faults := [fault for draft in drafts for fault in self._told(draft, telling)]:
            raise PermanentFault("; ".join(faults))

    def send(self, asked: Mapping[str, Any], request: Request, by: Actor, now: datetime) -> Saved[Message]:
        """A message that somebody asks for (SendSchema); once for each request."""
        to, branch = asked["msisdn"], sees_branch(by)
        draft = Draft(asked["template"], "", to, taken_out(asked["variables"]), asked.get("complaint_id"), branch)
        order = Order(request.id, draft, "send", by, request, asked.get("consent"), asked.get("approval"))
        return self.write(order, now)

    def write(self, order: Order, now: datetime) -> Saved[Message]:
        """The message, decided; the earlier one where it exists. Raises what speaks against it (NT4, NT5, NT9)."""
        opted_out_at = self.opted_out_at(order.draft.to) if self._can_be_stopped(order) else None
        writing = Writing(order, opted_out_at, self.policy, self.templates)
        for events in writing.variants(now, machine_now()):
            try:
                return self.messages.insert(order.message_id, events, order.by, now, order.request)
            except Clash as clash:
                if "care_place" not in clash.fields:
                    break
        return self._existing(order)

    def _stale(self, event: Mapping[str, Any], now: datetime) -> bool:
        late = now - datetime.fromisoformat(event["at"]) > self.policy.retold_within
        return late and bool(event.get("retold"))

    def _told(self, draft: Draft | Missed, telling: Telling) -> Iterator[str]:
        known = telling.known(draft)
        if known is None and telling.stale:
            log.info("event %s is told once more, too late for a first %s", telling.event_id, draft.template)
            return
        if known is None and isinstance(draft, Missed):
            yield f"{draft.template}: nobody answers for {draft.role}"
        if isinstance(draft, Missed):
            return
        try:
            saved = known or self._first_told(draft, telling)
        except VariablesDoNotFit as unfit:
            yield f"{draft.template}: {unfit.details['variables']}"
            return
        if saved.state.why == CARE_USED_UP:
            for other in draft.instead:
                yield from self._told(other, telling)

    def _first_told(self, draft: Draft, telling: Telling) -> Saved[Message]:
        identity, event_id = self.messages.keys.identity, telling.event_id
        if not draft.daily:
            message_id = identity("notify", "event", event_id, draft.template, draft.to)
            return self.write(Order(message_id, draft, event_id), telling.now)
        day = digest_until(telling.first_at, self.policy).isoformat()
        message_id = identity("notify", "daily", draft.template, draft.branch or "", day, draft.to)
        return self.write(Order(message_id, draft, event_id), telling.first_at)

    def _situation(self, event: Mapping[str, Any]) -> Situation:
        data = {name: self._opened(value) for name, value in event["data"].items()}
        customer = data.get("customer")
        number = customer.get("msisdn") if isinstance(customer, Mapping) else None
        return Situation(data | {"clock": clock_meant(data)}, number, datetime.fromisoformat(event["at"]))

    def _opened(self, value: Any) -> Any:
        """What travels sealed, readable: the customer, a reply's content."""
        if isinstance(value, Mapping) and value.get("sealed"):
            return {**value, **self.messages.keys.open_from_suite(value["sealed"])}
        return value

    def _can_be_stopped(self, order: Order) -> bool:
        return self.templates[order.draft.template].message_class in self.policy.inbound.opt_out.stops

    def _existing(self, order: Order) -> Saved[Message]:
        """The message that was there first; the request's first answer, if it came by one."""
        if order.request and (answered := self.messages.answer_of(order.request)):
            return answered
        return self.messages.get(order.message_id)
