"""What callers see of graver data that somebody wrote into a complaint, and what is kept of it."""

import json
from typing import Any

from services.intake import history as h
from services.intake.history import COMPLAINTS
from services.intake.register_schema import RegisterSchema
from services.intake.shown import complaint_shown, whole_shown, works_on
from shared.aggregate import Actor, Stamp
from shared.requests import request_of
from shared.sealing import KeyRing
from shared.stored import Form, Saved
from tests.unit.intake.makers import AGENT, COLLEAGUE, MONDAY, complaint, first_events, request

KEYS = KeyRing({"m1": b"m" * 32}, b"s" * 32, b"i" * 32)
CARD, BANK, OTHER = "110101199003077758", "6222021234567894", "13900001111"
SAID = f"卡号{BANK},请打{OTHER}"
HANDLER, MANAGER = Actor("E1009", "agent", "SZ"), Actor("M1001", "duty_manager", "SZ")
SAYS: tuple[Any, ...] = (
    h.ContactRecorded(MONDAY, "phone", "out", content=SAID, customer_said=SAID),
    h.SolutionProposed("counter", solution=SAID, counter=SAID),
    h.ComplaintReplied("satisfied", process=SAID, content=SAID),
    h.FollowedUp("neutral", said=SAID),
    h.ComplaintArchived(cause=SAID, evidence=(SAID,), lesson=SAID),
)


def shown_to(by: Actor) -> str:
    """All that `get` shows of a complaint in whose every text stands graver data."""
    state = complaint(h.ComplaintAssigned("E1009"), content=SAID, demand=SAID)
    saved = form().read(
        form().first("c0ffee", first_events(request(content=SAID, demand=SAID)), AGENT, MONDAY, None).write
    )
    saved = Saved(saved.id, saved.v, state, saved.head, saved.key)
    entries = [(event, Stamp(n, MONDAY, AGENT)) for n, event in enumerate(SAYS, 2)]
    shown = whole_shown(saved, entries, by, works_on(state, by))
    return json.dumps(shown, ensure_ascii=False)


def test_PR6_the_answer_to_a_command_shows_it_to_nobody() -> None:
    """Commands leave no entry in the record of reads, so they show nothing that needs one (PR2)."""
    state = complaint(content=SAID)
    saved = form().read(form().first("c0ffee", first_events(request(content=SAID)), AGENT, MONDAY, None).write)

    assert state.handler == AGENT.sub
    assert BANK not in json.dumps(complaint_shown(saved, AGENT), ensure_ascii=False)


def form() -> Form[Any]:
    return Form(COMPLAINTS, KEYS, lambda _: {}, lambda *_: None, 1)


def test_PR6_the_handler_sees_graver_data_in_free_text() -> None:
    assert BANK in shown_to(HANDLER)


def test_PR6_first_contact_colleague_and_manager_see_it_masked() -> None:
    for by in (AGENT, COLLEAGUE, MANAGER, Actor("P1001", "province"), Actor("S1001", "support")):
        shown = shown_to(by)
        assert BANK not in shown
        assert OTHER not in shown
        assert "***7894" in shown


def test_PR6_history_flags_kinds_and_counts_without_the_data() -> None:
    events = first_events(request(content=f"{SAID},服务密码123456"))
    written = form().first("c0ffee", events, AGENT, MONDAY, None).write
    entry = json.loads(written["history"][0]["entry"])

    assert entry["found"] == {"bank_card": 1, "mobile": 1, "service_password": 1}
    assert BANK not in json.dumps(entry)


def test_PR6_a_text_without_graver_data_is_not_flagged() -> None:
    entry = form().first("c0ffee", first_events(request()), AGENT, MONDAY, None).write["history"][0]["entry"]

    assert "found" not in json.loads(entry)


def test_PR1_identity_numbers_and_passwords_never_come_past_the_schema() -> None:
    text = f"证件{CARD},服务密码123456"
    accepted = RegisterSchema().load(
        {
            "request_id": "r1",
            "ticket_type": "complaint",
            "channel": "hall",
            "handling": "direct_reply",
            "customer": {"msisdn": "13900000001", "name": "陈先生", "brand": "ordinary", "group": text},
            "verification": {"method": "service_password", "verified": True},
            "category": "04.01.01",
            "content": text,
            "demand": text,
            "branch": "SZ",
            "reply": {"process": text, "content": text, "satisfaction": "satisfied"},
            "archive": {"cause": text, "evidence": [text], "lesson": text},
        }
    )

    assert CARD not in repr(accepted)
    assert "123456" not in repr(accepted)
    assert repr(accepted).count("〔证件号****7758〕") == 8


def test_PR1_a_digest_is_made_without_what_is_never_stored() -> None:
    """Else who has the index key could try all six digits."""
    digests = {
        request_of(KEYS, "intake", AGENT, "register", "", {"request_id": "r", "content": f"服务密码{code}"}).digest
        for code in ("123456", "654321")
    }

    assert len(digests) == 1
