"""The journeys of one run: so many, each on a number of its own. The same seed makes the same ones. Pure."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chaos.load import requests as ask
from chaos.load.people import BRANCHES, GATEWAY, LEGAL, PROVINCE, SUPPORT, Staff
from chaos.load.steps import PHONE, Journey, Step
from suite.play.script import Person

FIRST_NUMBER = 13910000001
BRANDS = ("vip", "vip", "vip", "gotone", "ordinary")
AGAIN = ("", "", "", "at_once", "at_the_end")
SPREAD = timedelta(hours=12)


class Draft:
    """One journey as it is thought of: chance decides brand, branch, leaf, amounts and small delays."""

    def __init__(self, chance: random.Random, msisdn: str, start: datetime) -> None:
        self.chance, self.msisdn, self.start = chance, msisdn, start
        self.staff: Staff = chance.choice(BRANCHES)
        self.brand, self.leaf = chance.choice(BRANDS), chance.choice(ask.LEAVES)
        self.steps: list[Step] = []

    def step(self, hours: float, by: Person, method: str, request: Mapping[str, object], on: str | None = None) -> None:
        """One more step, `hours` after the start and a little later."""
        after = timedelta(seconds=round(hours * 3600) + self.chance.randrange(300))
        again = "" if by == PHONE else self.chance.choice(AGAIN)
        self.steps.append(Step(after, by, method, request, on, again))

    def on_complaint(self, hours: float, by: Person, method: str, request: Mapping[str, object]) -> None:
        self.step(hours, by, method, request, "complaint")

    def on_refund(self, hours: float, by: Person, method: str, request: Mapping[str, object]) -> None:
        self.step(hours, by, method, request, "refund")

    def at(self, hours: float) -> datetime:
        """So long after the start, as a step of these hours may find it at the earliest."""
        return self.start + timedelta(seconds=round(hours * 3600))

    def registers(self, brand: str | None = None) -> None:
        request = ask.registration(self.msisdn, brand or self.brand, self.staff, self.leaf)
        self.step(0, self.staff.agent, "intake.register", request)

    def replies(self, hours: float) -> None:
        self.on_complaint(hours, self.staff.agent, "intake.reply", ask.reply())

    def promises(self, hours: float, until: float) -> None:
        due_at = self.start + timedelta(hours=until)
        self.on_complaint(hours, self.staff.agent, "intake.promise", ask.answer_promise(due_at))

    def is_major(self, supervisor_hours: float) -> None:
        """Declared after a few minutes; the three opinions follow."""
        declared = {"trigger": "manager", "reason": "影响面较大"}
        self.on_complaint(0.1, self.staff.duty_manager, "escalation.declare_major", declared)
        give, by = "escalation.give_opinion", self.staff.duty_manager
        self.on_complaint(supervisor_hours, by, give, ask.opinion("supervisor"))
        self.on_complaint(4, SUPPORT, give, ask.opinion("support"))
        self.on_complaint(6, LEGAL, give, ask.opinion("legal"))

    def claims(self, ground: str, principal_fen: int) -> None:
        request = ask.refund(self.msisdn, self.staff, ground, principal_fen)
        self.step(1, self.staff.colleague, "refund.request", request)

    def is_signed(self, *levels: Person) -> None:
        for number, by in enumerate(levels):
            self.on_refund(1.6 + number * 0.6, by, "refund.approve", {"comment": "同意"})


def kept(draft: Draft) -> None:
    """(a) Registered, contacted, replied to in time, followed up, archived."""
    draft.registers()
    draft.on_complaint(0.5, draft.staff.agent, "intake.record_contact", ask.contact())
    draft.replies(2.5)
    draft.on_complaint(5, draft.staff.colleague, "intake.follow_up", ask.follow_up())
    draft.on_complaint(7, draft.staff.agent, "intake.archive", ask.archive())


def forgotten(draft: Draft) -> None:
    """(b) Registered and never replied to: clocks warn, break and climb the ladder."""
    draft.registers("vip")


def taken_over(draft: Draft) -> None:
    """(b) Too late for the agent; a level takes it over, then it is replied to."""
    draft.registers("vip")
    draft.on_complaint(8.8, draft.staff.duty_manager, "escalation.accept", {})
    draft.replies(12)


def major(draft: Draft) -> None:
    """(c) Declared major, the opinion within its hour, a reply."""
    draft.registers("gotone")
    draft.is_major(0.6)
    draft.replies(8)


def major_missed(draft: Draft) -> None:
    """(c) Declared major, the supervisor's opinion too late: it rises."""
    draft.registers("gotone")
    draft.is_major(3)
    draft.replies(8)


def promise_kept(draft: Draft) -> None:
    """(d) Promised for six hours later, answered after three."""
    draft.registers()
    draft.promises(0.5, until=6)
    draft.replies(3)


def promise_missed(draft: Draft) -> None:
    """(d) Promised for three hours later, answered after six."""
    draft.registers()
    draft.promises(0.5, until=3)
    draft.replies(6)


def double_refund(draft: Draft) -> None:
    """(e) Two lines, signed by two levels."""
    draft.registers()
    draft.claims("double_refund", draft.chance.randrange(1600, 20000))
    draft.is_signed(draft.staff.duty_manager, draft.staff.manager)
    draft.replies(4)


def great_refund(draft: Draft) -> None:
    """(e) Company fault, one line, signed by three levels."""
    draft.registers()
    draft.claims("company_fault", draft.chance.randrange(50001, 90000))
    draft.is_signed(draft.staff.duty_manager, draft.staff.manager, PROVINCE)
    draft.replies(4.5)


def doubtful_refund(draft: Draft) -> None:
    """(e) What cannot be verified, signed by the duty manager."""
    draft.registers()
    draft.claims("unverifiable", draft.chance.randrange(100, 3000))
    draft.is_signed(draft.staff.duty_manager)
    draft.replies(4)


def own_finding(draft: Draft) -> None:
    """(e) A refund without a complaint."""
    request = ask.found_by_ourselves(draft.msisdn, draft.staff, draft.chance.randrange(100, 3000))
    draft.step(0.2, draft.staff.colleague, "refund.request", request)
    draft.is_signed(draft.staff.duty_manager)


def refused_refund(draft: Draft) -> None:
    """(e) Asked for, and not approved."""
    draft.registers()
    draft.claims("company_fault", draft.chance.randrange(100, 3000))
    draft.on_refund(1.6, draft.staff.duty_manager, "refund.reject", {"reason": "话单无误"})
    draft.replies(4)


def surveyed(draft: Draft) -> None:
    """(f) Replied to; the customer scores the reply by SMS."""
    draft.registers()
    draft.replies(1.5)
    draft.step(6, PHONE, "phone.sms", {"msisdn": draft.msisdn, "text": str(draft.chance.randrange(3, 6))})


def scored(draft: Draft) -> None:
    """(f) The same, but the SMS comes over a gateway that calls."""
    draft.registers()
    draft.replies(1.5)
    came = {"msisdn": draft.msisdn, "text": str(draft.chance.randrange(3, 6)), "at": draft.at(6).isoformat()}
    draft.step(6, GATEWAY, "notify.receive", came)


def reminded(draft: Draft) -> None:
    """(f) An SMS that the duty manager has sent."""
    draft.step(0.2, draft.staff.duty_manager, "notify.send", ask.reminder(draft.msisdn))


SORTS: Mapping[str, Callable[[Draft], None]] = {
    each.__name__: each
    for each in (
        *(kept, double_refund, forgotten, major, promise_missed, doubtful_refund, surveyed, major_missed),
        *(own_finding, taken_over, promise_kept, great_refund, refused_refund, scored, reminded),
    )
}


def journeys(seed: int, count: int, begin: datetime, spread: timedelta = SPREAD) -> list[Journey]:
    """`count` journeys that start within `spread` after `begin`, all sorts in turn, in the order of their starts."""
    names, made = list(SORTS), []
    for number in range(count):
        chance, name = random.Random(f"{seed}:{number}"), names[number % len(names)]
        start = begin + timedelta(seconds=round(chance.random() * spread.total_seconds()))
        draft = Draft(chance, str(FIRST_NUMBER + number), start)
        SORTS[name](draft)
        made.append(Journey(f"s{seed}-{number:05}", name, draft.msisdn, start, tuple(draft.steps)))
    return sorted(made, key=lambda journey: (journey.start, journey.id))
