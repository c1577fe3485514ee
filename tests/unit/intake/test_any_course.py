"""Whatever callers ask in whatever order: what is stored folds to the same state, and the great rules hold."""

from datetime import timedelta
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from services.intake import commands as c
from services.intake import vocabulary as v
from services.intake.climbing import follow_ladder
from services.intake.history import COMPLAINTS, apply
from services.intake.methods import METHODS
from services.intake.model import Complaint
from shared import chain
from shared.aggregate import Stamp
from shared.chain import beginning
from shared.codec import restore, split
from shared.errors import TousuError
from shared.sealing import KeyRing
from tests.unit.intake.makers import A_REPLY, AN_ARCHIVE, COLLEAGUE, HOUR, MONDAY, first_events, on, request

KEYS = KeyRing({"m1": bytes(32)}, bytes(32), bytes(32))
DUE = MONDAY + 20 * HOUR

asked: st.SearchStrategy[tuple[str, Any]] = st.one_of(
    st.sampled_from(
        [
            ("record_contact", c.RecordContact("phone", "out", "说明", fulfils="promise-1")),
            ("propose", c.Propose("退还", "accepted")),
            ("judge", c.Judge("计费", "normal")),
            ("assign", c.Assign("E1004")),
            ("transfer", c.Transfer("complaint_team", "转")),
            ("promise", c.MakePromise("answer", DUE, "答复")),
            ("promise", c.MakePromise("effect", DUE, "生效")),
            ("urge", c.Urge("快点")),
            ("reclassify", c.Reclassify("03.03.08", "归类")),
            ("correct_customer", c.CorrectCustomer("登记有误", brand="vip", name="程先生")),
            ("follow_up", c.FollowUp("dissatisfied")),
            ("remark", c.Remark("已阅")),
            ("mark_major", c.MarkMajor("legal", "起诉")),
            ("clear_major", c.Reason("误报")),
            ("withdraw", c.Reason("不要了")),
        ]
    ),
    st.sampled_from(["reply", "reply", "archive", "reopen"]).map(
        lambda method: (method, {"reply": A_REPLY, "archive": AN_ARCHIVE, "reopen": c.Reason("又来电")}[method])
    ),
    st.sampled_from(get_args(v.OpinionKind)).map(
        lambda kind: ("record_opinion", c.RecordOpinion(kind, "意见", "M1001"))
    ),
    st.integers(1, 9).map(lambda seq: ("ladder", c.LadderTold(seq, "branch", "branch", {"handling": DUE}))),
)


def played(course: list[tuple[str, Any]]) -> list[tuple[Any, Stamp]]:
    """The history of a complaint of which all this was asked, an hour apart."""
    history: list[tuple[Any, Stamp]] = []
    known: Complaint | None = None
    for hour, (method, command) in enumerate([("register", None), *course]):
        occasion = on(MONDAY + timedelta(hours=hour), COLLEAGUE)
        for event in decided(known, method, command, occasion):
            stamp = Stamp(len(history) + 1, occasion.now, occasion.by)
            known = apply(known, event, stamp)
            history.append((event, stamp))
    return history


def decided(known: Complaint | None, method: str, command: Any, occasion: Any) -> list[Any]:
    if known is None:
        return first_events(request(), occasion)
    try:
        return follow_ladder(known, command) if method == "ladder" else METHODS[method].decide(known, command, occasion)
    except TousuError:
        return []


def state_of(history: list[tuple[Any, Stamp]]) -> Complaint:
    known = COMPLAINTS.fold(None, history)
    assert known is not None
    return known


courses = st.lists(asked, max_size=25).map(played)


@given(courses)
def test_what_is_stored_folds_to_the_same_state(history: list[tuple[Any, Stamp]]) -> None:
    key = KEYS.new_document_key("c0ffee")
    stored, head = chain.extend("c0ffee", beginning("c0ffee"), history, key)
    chain.check("c0ffee", stored, head)
    known = state_of(history)
    assert state_of(chain.read("c0ffee", COMPLAINTS, stored, key)) == known
    shown, private = split(known)
    assert restore(shown | private, Complaint) == known


@given(courses)
def test_IN7_first_contact_and_registration_never_change(history: list[tuple[Any, Stamp]]) -> None:
    known = state_of(history)
    assert (known.first_contact, known.registered_at, known.seq) == (COLLEAGUE.sub, MONDAY, len(history))


@given(courses)
def test_MJ2_RP6_no_history_breaks_the_order_of_opinion_reply_and_archive(history: list[tuple[Any, Stamp]]) -> None:
    known: Complaint | None = None
    for event, stamp in history:
        if known and type(event).__name__ in ("ComplaintReplied", "ComplaintArchived"):
            needed: set[v.OpinionKind] = {"supervisor", "support"}
            if type(event).__name__ == "ComplaintArchived":
                assert known.status == "replied"
                needed = needed | {"legal"}
            assert known.major is None or needed <= known.opinions.keys()
        known = apply(known, event, stamp)
