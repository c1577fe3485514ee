"""A message's first events: what it says, and whether it goes out, waits, is suppressed (NT1, NT2, NT4, NT5). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify import history as h
from services.notify.content import objection
from services.notify.deciding import care_slots, check_permission, digest_until, hold_until, queued, stopped
from services.notify.errors import ContentForbidden
from services.notify.expanding import Draft
from services.notify.rules import NotifyPolicy
from services.notify.segments import split
from services.notify.templates import Template, Templates
from shared.aggregate import Actor
from shared.phone import mask
from shared.requests import Request

SELF = Actor("service:notify", "system")
CARE_USED_UP = "NT1 the customer had this month's care message"


@dataclass(frozen=True)
class Order:
    """One message to be written: `draft` for `cause` (event id or `send`), with what its class asks for."""

    message_id: str
    draft: Draft
    cause: str
    by: Actor = SELF
    request: Request | None = None
    consent: h.Consent | None = None
    approval: str | None = None


@dataclass(frozen=True)
class Writing:
    """One order under the policies in force; `opted_out_at`: when its number wanted no more such messages (NT4)."""

    order: Order
    opted_out_at: datetime | None
    policy: NotifyPolicy
    templates: Templates

    @property
    def template(self) -> Template:
        return self.templates[self.order.draft.template]

    def variants(self, now: datetime, machine_now: datetime) -> Iterator[Sequence[Any]]:
        """With each place that a care message may take, at last suppressed (NT1). Raises what speaks against it."""
        draft, template = self.order.draft, self.template
        if draft.daily:
            yield (self._written("", None), h.MessageHeld("ES4 daily digest", digest_until(now, self.policy)))
            return
        check_permission(template, self.order.consent, self.order.approval, now)
        text = self.templates.write(draft.template, draft.values)
        if why := self._unsent():
            yield self._written(text, None), h.MessageSuppressed(why)
            return
        until, why = hold_until(template.message_class, now, draft.acted_at, draft.before, self.policy)
        go = queued(template.message_class, why, machine_now, self.policy)
        yield from self._placed(text, h.MessageHeld(why, until) if until else go, until or now)

    def _placed(self, text: str, decided: Any, leaves_at: datetime) -> Iterator[Sequence[Any]]:
        if self.template.message_class != "care":
            yield self._written(text, None), decided
            return
        for slot in care_slots(leaves_at, self.policy):
            yield self._written(text, slot), decided
        yield self._written(text, None), h.MessageSuppressed(CARE_USED_UP)

    def _unsent(self) -> str:
        """Why it is never sent; empty for what may be. Somebody who asks for such a text is refused it (NT5)."""
        template, order = self.template, self.order
        if fault := objection(template, order.draft.values, self.policy.content):
            if order.request:
                raise ContentForbidden(template.name, *fault)
            return f"NT5 {fault[0]}: {fault[1]}"
        return stopped(template.message_class, self.opted_out_at, order.consent, self.policy.inbound.opt_out)

    def _written(self, text: str, care_slot: str | None) -> h.MessageWritten:
        order, draft = self.order, self.order.draft
        return h.MessageWritten(
            message_id=order.message_id,
            template=draft.template,
            message_class=self.template.message_class,
            masked=mask(draft.to),
            parts=len(split(text, reference=0)) if text else 0,
            cause=order.cause,
            role=draft.role,
            branch=draft.branch,
            complaint_id=draft.complaint_id,
            care_slot=care_slot,
            approval=order.approval,
            consent=order.consent,
            acted_at=draft.acted_at,
            before=draft.before,
            to=draft.to,
            text=text,
            variables=dict(draft.values),
        )
