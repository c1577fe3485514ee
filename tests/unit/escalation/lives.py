"""Lives of a case in which anything happens in any order and becomes known at any time: drawn by Hypothesis."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from services.escalation.extending import extend
from services.escalation.facts import Coordination, FollowUp, Fulfilled, Major, Opinion, PreRefund, Promise, Turn
from services.escalation.ladder import accept, arbitrate, escalate, hand_back
from services.escalation.pre_refunds import follow_pre_refund
from services.escalation.reopening import dropped
from services.escalation.repairing import cancel_clock, move_clock
from shared.aggregate import Actor
from shared.errors import TousuError
from tests.unit.escalation.makers import AGENT, BRANCH, DUTY_MANAGER, MONDAY, PROVINCE, Story, facts, rules

WORDS = (
    *("answer", "reply", "follow_up", "reopen", "archive", "withdraw"),
    *("promise", "brand", "major", "opinion", "fulfil"),
)
OPERATOR = Actor("O1001", "operator")
PEOPLE = {"agent": AGENT, "duty_manager": DUTY_MANAGER, "branch": BRANCH, "province": PROVINCE}
ACTS = {"accept": accept, "escalate": escalate, "hand_back": hand_back}
REPAIRS = ("move", "call_off", "drop")


class Life:
    """A case to which things happen in any order; `late`: how long before now it happened and only now is known.

    whole: intake tells every turn, not only the latest of each sort."""

    def __init__(self, brand: str, channel: str, fault: bool, whole: bool = True) -> None:
        self.whole = whole
        about = {"brand": brand, "channel": channel, "self_service_fault": fault}
        self.story = Story(facts(**about, coordination=Coordination("interconnect")))
        self.now = MONDAY

    def take(self, what: str, minutes: int, late: int) -> None:
        self.now += timedelta(minutes=minutes)
        at = max(self.now - timedelta(minutes=late), MONDAY)
        if what == "fire":
            self.story.fire(self.now)
        elif what == "refund":
            told = PreRefund("r1", len(self.story.told), at, self.now if late % 2 else None)
            self.story.take(follow_pre_refund(self.story.now, told, rules()))
        elif what in (*WORDS, *REPAIRS):
            getattr(self, what)(at)
        else:
            self.act(what)

    def tell(self, **changes: Any) -> None:
        self.story.follow(as_of=self.now, **changes)

    def turned(self, turn: Turn, **changes: Any) -> None:
        told = {"turns": (*self.story.facts.turns, turn)} if self.whole else {}
        self.tell(**told, **changes)

    def answer(self, at: Any) -> None:
        self.tell(answered_at=at)

    def reply(self, at: Any) -> None:
        answered_at = self.story.facts.answered_at or at
        self.turned(Turn("replied", at), status="replied", replied_at=at, answered_at=answered_at)

    def follow_up(self, at: Any) -> None:
        further = bool(at.minute % 2)
        turn = Turn("followed_up", at, "dissatisfied", further)
        self.turned(turn, follow_up=FollowUp("dissatisfied", at, further))

    def reopen(self, at: Any) -> None:
        gone = {"replied_at": None, "archived_at": None, "follow_up": None}
        self.turned(Turn("reopened", at), status="open", reopened_at=at, **gone)

    def archive(self, at: Any) -> None:
        self.tell(status="archived", archived_at=at)

    def withdraw(self, at: Any) -> None:
        self.tell(status="withdrawn", withdrawn_at=at)

    def promise(self, at: Any) -> None:
        known = self.story.facts.promises
        promised = Promise(f"p{len(known)}", "effect" if at.minute % 2 else "answer", at + timedelta(hours=9), at)
        self.tell(promises=(*known, promised))

    def brand(self, at: Any) -> None:
        self.tell(brand={"vip": "gotone", "gotone": "ordinary", "ordinary": "vip"}[self.story.facts.brand])

    def major(self, at: Any) -> None:
        self.tell(major=None if self.story.facts.major else Major("legal", "M1001", at))

    def opinion(self, at: Any) -> None:
        self.tell(opinions={**self.story.facts.opinions, "supervisor": Opinion("M1001", at)})

    def fulfil(self, at: Any) -> None:
        done = (Fulfilled(each.promise_id, at) for each in self.story.facts.promises[-1:])
        self.tell(fulfilled=(*self.story.facts.fulfilled, *done))

    # -- what operators repair, and what intake refuses

    def move(self, at: Any) -> None:
        """The clock that is due last, to five minutes from now or as much later as it became known late."""
        due_at = self.now + max(self.now - at, timedelta(minutes=5))
        with suppress(TousuError):
            self.story.do(move_clock, self._last(), due_at, "why", by=OPERATOR, now=self.now)

    def call_off(self, _at: Any) -> None:
        with suppress(TousuError):
            self.story.do(cancel_clock, "contact", "why", by=OPERATOR, now=self.now)

    def drop(self, _at: Any) -> None:
        self.story.take(dropped(self.story.now, "Conflict", self.now))

    def _last(self) -> str:
        return max((each.due_at, each.clock_id) for each in self.story.now.clocks)[1]

    def act(self, what: str) -> None:
        by = PEOPLE.get(self.story.now.level, PROVINCE)
        try:
            if what == "extend":
                due_at = self.now + timedelta(hours=100)
                self.story.take(extend(self.story.now, "handling", due_at, "why", BRANCH, self.now, rules()), BRANCH)
            elif what == "arbitrate":
                self.story.do(arbitrate, "body", "1", by=PROVINCE, now=self.now)
            else:
                self.story.do(ACTS[what], *([] if what == "accept" else ["why"]), by=by, now=self.now)
        except TousuError:
            self.story.fire(self.now)


happenings = st.tuples(
    st.sampled_from((*WORDS, "fire", "refund", "extend", "arbitrate", *ACTS, *REPAIRS, "accept", "fire")),
    st.integers(0, 1500),
    st.sampled_from((0, 0, 0, 1, 30, 600, 3000)),
)
lives = st.tuples(
    st.sampled_from(["vip", "gotone", "ordinary"]),
    st.sampled_from(["hotline", "opinion_book"]),
    *(st.booleans(), st.booleans()),
)
