"""Which events make which messages to whom: policies/notify.yml as values. Nothing else sends. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from services.notify.content import ContentRules
from services.notify.doubts.rules import DoubtRules
from services.notify.facts import Condition
from services.notify.quiet import QuietHours
from services.notify.sorting import InboundRules
from services.notify.templates import MessageClass


@dataclass(frozen=True)
class Rule:
    """
    Event `type` of `service`, if all of `when` holds, sends `template` to each of `to`.

    `variables`: paths into the event's data where they differ from the variable's name. `acted`: paths of the times at
    which the customer acted; `before`: paths of the limits that a statutory answer must keep (NT2). `daily`: one
    message a day for all. `instead`: what is sent when the care cap is used up (NT8).
    """

    service: str
    type: str
    template: str
    to: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    acted: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    daily: bool = False
    instead: "Rule | None" = None


@dataclass(frozen=True)
class CarrierRules:
    """How stubbornly a message is submitted; machine time."""

    window: int
    gives_way: timedelta
    lease: timedelta
    lease_a_part: timedelta
    attempts: int
    resends: Mapping[MessageClass, int]
    resend_after: timedelta
    first_pause: timedelta
    longest_pause: timedelta
    receipts_within: timedelta
    submitted_within: timedelta


@dataclass(frozen=True)
class NotifyPolicy:
    """Quiet hours, how long a customer's act counts, the care cap, the digest's hour, until what age an event that is
    told once more makes new messages, the carrier, what free text may not hold, how customers' SMS are sorted, what
    stays unknown, the facts of rules, and the table."""

    quiet: QuietHours
    acted_within: timedelta
    care_per_month: int
    digest_at: time
    retold_within: timedelta
    carrier: CarrierRules
    content: ContentRules
    inbound: InboundRules
    doubts: DoubtRules
    facts: Mapping[str, frozenset[str]]
    rules: tuple[Rule, ...]

    def rules_for(self, service: str, type: str) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if (rule.service, rule.type) == (service, type))
