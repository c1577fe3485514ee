"""What can happen to a refund: claims by callers, BOSS in every mood."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.refund.doubts.late import Sending, sent_late
from services.refund.lines import LineKind, key_of
from services.refund.outcomes import Absent, Asked, Entered, Late, NoAnswer, Paid, Refused
from services.refund.payments import PAYER, Payments
from services.refund.punctual import LeaveBy
from services.refund.rules import BillingRules
from shared.clock import machine_now
from suite.rehearsal import requests as r
from suite.rehearsal.acting import ask, live
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, FINANCE, NUMBER, WORDS
from suite.rehearsal.stage import Stage, hour

SIGNED = {"comment": WORDS}


class Moods:
    """A BOSS that answers what it is told to, in order."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)

    @property
    def left(self) -> bool:
        return bool(self._answers)

    def pay(self, _key: str, _msisdn: str, _amount_fen: int, _kind: LineKind, _leave_by: LeaveBy) -> Paid:
        answer: Paid = self._answers.pop(0)
        return answer

    def ask(self, _key: str) -> Asked:
        answer: Asked = self._answers.pop(0)
        return answer


def pay(stage: Stage, refund_id: str, *answers: Entered | Refused | NoAnswer | Absent) -> None:
    """Pays as far as these answers reach; BOSS is asked again without a pause."""
    boss, rules = Moods(*answers), _billing(stage)
    patient = replace(rules, first_wait=rules.first_wait * 0)
    while boss.left:
        Payments(stage.refunds, boss, patient).carry_on(refund_id)
    stage.deliver()


def requested(stage: Stage, claim: dict[str, Any], at: float) -> str:
    """The id of a refund asked for at this hour."""
    return str(ask(stage, "refund.request", claim, AGENT, at)["refund_id"])


def entered(amount_fen: int) -> Entered:
    """BOSS has this entry."""
    return Entered("B-1", NUMBER, amount_fen)


def look(stage: Stage, refund_id: str) -> None:
    """What it shows now."""
    stage.call("refund.get", refund_id, by=AGENT)


def all_ways(stage: Stage, complaint: str) -> None:
    """Paid after a doubt, paid by hand after a refusal, rejected, withdrawn, allowed by the branch."""
    _in_doubt(stage, complaint)
    _by_hand(stage, complaint)
    _for_long(stage, complaint)
    rejected = requested(stage, r.UNVERIFIABLE | r.FOUND, 82)
    live(stage, rejected, (82, DUTY_MANAGER, "refund.reject", r.REASON))
    withdrawn = requested(stage, r.CLAIM | r.FOUND, 83)
    live(stage, withdrawn, (83, AGENT, "refund.withdraw", r.REASON))
    ask(stage, "refund.request", r.UNVERIFIABLE | r.FOUND | {"service": "飞信", "exception": WORDS}, BRANCH, 84)


def _in_doubt(stage: Stage, complaint: str) -> None:
    doubled = requested(stage, r.CLAIM | {"complaint_id": complaint}, 80)
    live(stage, doubled, (80, DUTY_MANAGER, "refund.approve", SIGNED), (80, BRANCH, "refund.approve", SIGNED))
    pay(stage, doubled, NoAnswer("timeout"))
    look(stage, doubled)
    pay(stage, doubled, entered(1560), entered(1560))
    look(stage, doubled)


def _by_hand(stage: Stage, complaint: str) -> None:
    by_hand = requested(stage, r.COMPANY_FAULT | {"complaint_id": complaint, "service": "彩信"}, 81)
    live(stage, by_hand, (81, DUTY_MANAGER, "refund.approve", SIGNED), (81, BRANCH, "refund.approve", SIGNED))
    pay(stage, by_hand, entered(1560), Refused("no_such_account"))
    look(stage, by_hand)
    live(stage, by_hand, (81.4, FINANCE, "refund.settle", {"outcome": "by_hand", "evidence": [WORDS]}))
    live(stage, by_hand, (81.5, FINANCE, "refund.settle", {"outcome": "paid", "evidence": [WORDS]}))


def _for_long(stage: Stage, complaint: str) -> None:
    """Nobody knows for hours, BOSS is asked by hand; and a sending that came too late is made sure of."""
    doubted = requested(stage, r.COMPANY_FAULT | {"complaint_id": complaint, "service": "来显"}, 84.1)
    live(stage, doubted, (84.1, DUTY_MANAGER, "refund.approve", SIGNED), (84.1, BRANCH, "refund.approve", SIGNED))
    pay(stage, doubted, NoAnswer("timeout"))
    live(stage, doubted, (89, FINANCE, "refund.ask", r.REASON))
    look(stage, doubted)
    stage.call("refund.unknown", {}, by=FINANCE)
    pay(stage, doubted, NoAnswer("http_500"), entered(1560), entered(500))
    late = Late(Entered("B-2", NUMBER, 1560), timedelta(minutes=3))
    rules = replace(_billing(stage), honours_keys=False)
    sending = Sending(key_of(doubted, stage.refunds.get(doubted).state.lines[0]))
    stage.refunds.change(doubted, lambda state, _: sent_late(state, sending, late, machine_now(), rules), PAYER)
    stage.deliver()
    look(stage, doubted)
    stage.call("refund.unknown", {}, by=FINANCE)
    live(stage, doubted, (89.5, FINANCE, "refund.settle", {"outcome": "paid", "evidence": [WORDS]}))


def _billing(stage: Stage) -> BillingRules:
    rules: BillingRules = stage.services["refund"].policies["refunds"].billing
    return rules


def later(stage: Stage, complaint: str) -> None:
    """What was paid beforehand, what needs no approval, and where all the money is."""
    _beforehand(stage, complaint)
    _without_approval(stage, complaint)
    for refund_id in list(stage.refunds.known):
        stage.call("refund.ledger", refund_id, by=FINANCE)


def _beforehand(stage: Stage, complaint: str) -> None:
    """Three pre-refunds: upheld, not upheld, and one that nobody verifies in time."""
    services = {"手机报": 230, "和飞信": 231, "来电提醒": 232}
    upheld, denied, forgotten = (_pre_refunded(stage, complaint, *each) for each in services.items())
    live(stage, upheld, (235, BRANCH, "refund.verify", {"upheld": True, "evidence": [WORDS]}))
    pay(stage, upheld, entered(1560))
    live(stage, denied, (236, BRANCH, "refund.verify", {"upheld": False, "evidence": [WORDS]}))
    look(stage, forgotten)
    stage.pass_time(hour(232 + 73))


def _pre_refunded(stage: Stage, complaint: str, service: str, at: float) -> str:
    """The id of a pre-refund whose principal is paid."""
    wanted = r.PRE_REFUND | {"complaint_id": complaint, "service": service}
    asked = str(ask(stage, "refund.pre_refund", wanted, AGENT, at)["refund_id"])
    live(stage, asked, (at, DUTY_MANAGER, "refund.approve", SIGNED), (at, BRANCH, "refund.approve", SIGNED))
    pay(stage, asked, entered(1560), entered(40))
    return asked


def _without_approval(stage: Stage, complaint: str) -> None:
    """A late fee, and a correction that moves no money."""
    waived = ask(stage, "refund.waive_late_fee", r.LATE_FEE, AGENT, 310)
    pay(stage, str(waived["refund_id"]), entered(120))
    ask(stage, "refund.correct", r.CORRECTION_WITHOUT_MONEY | {"complaint_id": complaint}, AGENT, 311)
    ask(stage, "refund.correct", r.CORRECTION_WITHOUT_MONEY | {"found_by": r.FOUND["found_by"]}, AGENT, 311)
