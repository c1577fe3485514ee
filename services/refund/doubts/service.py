"""Refund's way to BOSS, and the door to what stays unknown on it."""

from abc import ABC, abstractmethod
from typing import Any

from nameko.extensions import DependencyProvider

from services.refund.billing import Boss
from services.refund.breaker import Breaker
from services.refund.doubts import asking
from services.refund.doubts.answers import Looking
from services.refund.doubts.rising import rises
from services.refund.doubts.settle import settle
from services.refund.doubts.unknown_schema import AskSchema, UnknownFilterSchema
from services.refund.payments import PAYER, Payments
from services.refund.schemas import SettleSchema
from services.refund.store import Refunds
from shared.aggregate import Actor
from shared.auth import Caller
from shared.bus.copies import HandledEvents
from shared.bus.in_hand import EventsInHand
from shared.bus.rpc import rpc
from shared.bus.tick import tick
from shared.clock import Clock, machine_now
from shared.documents import Decide
from shared.providers import InForce, settings_of

LOOK_EVERY, WATCH_EVERY = 0.5, 1.0
Answer = dict[str, Any]
a_settlement, a_question, a_filter = SettleSchema(), AskSchema(), UnknownFilterSchema()


class BossUrl(DependencyProvider):
    """Where BOSS is; without it the service does not start."""

    def setup(self) -> None:
        self._url = settings_of(self.container).need("boss_url").boss_url

    def get_dependency(self, _context: Any) -> str:
        return self._url


class BossBreaker(DependencyProvider):
    """This process's breaker before BOSS."""

    def setup(self) -> None:
        self._breaker = Breaker()

    def get_dependency(self, _context: Any) -> Breaker:
        return self._breaker


class DoubtDoors(ABC):
    """Part of RefundService, which gives it refunds, caller, clock and policies, and knows how to change a refund."""

    name: str
    refunds: Refunds
    caller: Caller
    clock: Clock
    policies: InForce
    boss_url = BossUrl()
    boss_breaker = BossBreaker()
    handled = HandledEvents()
    in_hand = EventsInHand()

    @rpc
    def unknown(self, filter: Any) -> Answer:
        """What nobody knows: refunds whose entry BOSS may or may not have, oldest first; and how many are slow."""
        by = self.caller.may("refund.unknown")
        wanted = a_filter.load(filter)
        found, after = self.refunds.in_doubt(wanted, by)
        looking = Looking(self.clock.now(), self.policies["refunds"].billing, self.policies["organisation"])
        shown = (each for saved in found for each in looking.shown(saved.state))
        items = [each for each in shown if wanted.get("waits_for") in (None, each["waits_for"])]
        return {"items": items, "after": after, "slow": self._slow(by)}

    @rpc
    def ask(self, id: Any, command: Any) -> Answer:
        """Has BOSS asked for an unknown line now, instead of at the next look. Sends no money."""
        by = self.caller.may("refund.ask")
        reason, rules = a_question.load(command), self.policies["refunds"].billing
        return self._changed(by, "ask", id, command, lambda old, _: asking.want(old, reason, rules))

    @rpc
    def settle(self, id: Any, command: Any) -> Answer:
        """A person says what became of a line: one that is unknown, one that was over when a sending of it left
        too late, or one that BOSS refused and he enters by hand (RF19). `key` names it where several are unknown."""
        by = self.caller.may("refund.settle")
        told, rules = a_settlement.load(command), self.policies["refunds"].billing
        return self._changed(
            by, "settle", id, command, lambda old, _: settle(old, **told, now=machine_now(), rules=rules)
        )

    @rpc
    def pulse(self) -> Answer:
        """What still waits: unsent events, due work, retries, what is unknown; and the service's business time."""
        by = self.caller.may("refund.pulse")
        count, since = self.refunds.doubts_in_short()
        unknown = {"count": count, "since": since}
        boss = "left alone" if self.boss_breaker.open else "asked"
        pulse = self.refunds.pulse() | {"duplicates": self.handled.copies(), "in_hand": self.in_hand}
        return {"service": self.name, **pulse, "unknown": unknown, "slow": self._slow(by), "boss": boss}

    def _slow(self, by: Actor) -> Answer:
        """Refunds that should be paid by now: BOSS is left alone, or nobody pays. Nothing about them is unknown."""
        now = self.clock.now()
        count, since = self.refunds.slow(now - self.policies["refunds"].billing.doubts.slow_after, by)
        return {"count": count, "since": since, "age_s": int((now - since).total_seconds()) if since else None}

    @tick(LOOK_EVERY)
    def pay(self) -> None:
        rules = self.policies["refunds"].billing
        Payments(self.refunds, Boss(self.boss_url, rules), rules, self.boss_breaker).round()

    @tick(WATCH_EVERY)
    def watch(self) -> None:
        """Tells the next duty of what has been unknown for too long."""
        doubts = self.policies["refunds"].billing.doubts
        if due := self.refunds.due():
            self.refunds.change_many(due, lambda refund, now: rises(refund, now, doubts), PAYER)

    @abstractmethod
    def _changed(self, by: Actor, method: str, refund_id: Any, command: Answer, decide: Decide) -> Answer:
        """What the refund is after the command, as the service answers."""
