"""`tousu unknown`: an aligned table of what nobody knows, asked for and settled from the command line."""

from typing import Any

import pytest
from typer.testing import CliRunner

from cli import unknown
from cli.ages import in_words
from cli.main import command_line

OWNER = {"duty": "finance", "phone": "13800009008"}
REFUND = {
    "refund_id": "refund-1",
    "status": "unknown",
    "key": "refund-1:principal",
    "amount_fen": 1560,
    "since": "2026-11-23T01:00:00+00:00",
    "age_s": 15_120,
    "why": "timeout",
    "attempts": 7,
    "waits_for": "boss",
    "settled_by": "boss",
    "next_try": "2026-11-23T06:00:00+00:00",
    "not_paid_from": "2020-11-23T01:02:20+00:00",
    "owner": OWNER,
    "risen": [{"to": "finance", "at": "2026-11-23T01:30:00+00:00"}],
    "rises_at": "2026-11-23T05:00:00+00:00",
}
PARKED = REFUND | {
    "refund_id": "refund-2",
    "key": "refund-2:award",
    "settled_by": "person",
    "waits_for": "person",
    "next_try": None,
    "not_paid_from": "2100-11-23T01:02:25+00:00",
}
MESSAGE = REFUND | {
    "message_id": "message-1",
    "template": "reply",
    "to": "139****0001",
    "since": "2026-11-23T00:00:00+00:00",
    "age_s": 90_000,
    "risen": [],
}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was called; two refunds and a message are unknown, and an ask finds the first one paid."""
    seen: list[Any] = []

    def call(_role: str, _branch: str, service: str, method: str, *given: Any) -> Any:
        seen.append((service, method, *given))
        items = {"refund": [REFUND, PARKED], "notify": [MESSAGE]}[service]
        told = {"unknown": {"items": items, "after": None}, "get": {"doubt": None, "status": "paid"}}
        return told.get(method, {"status": "paid"})

    monkeypatch.setattr(unknown, "call", call)
    monkeypatch.setattr(unknown, "call_if_there", call)
    return seen


def run(*arguments: str) -> Any:
    return CliRunner().invoke(command_line(), ["unknown", *arguments])


def test_what_is_unknown_is_listed_oldest_first_with_age_and_owner(called: list[Any]) -> None:
    done = run()
    rows = [line for line in done.stdout.splitlines() if "-1 " in line or "-2 " in line]

    assert done.exit_code == 0, done.output
    assert [next(each for each in ("message-1", "refund-1", "refund-2") if each in row) for row in rows] == [
        "message-1",
        "refund-1",
        "refund-2",
    ]
    assert "1 day 1 h" in rows[0]
    assert "139****0001" in rows[0]
    assert all(word in rows[1] for word in ("4 h 12 min", "1560 fen", "timeout", "finance 13800009008", "boss"))
    assert "not paid from" not in rows[1]
    assert "person, not paid from 2100-11-23 09:03" in rows[2], "to the minute, and never too early"
    assert len({row.index("refund-") for row in rows[1:]}) == 2 or len({len(row) for row in rows}) == 1


def test_F24_finance_sees_what_its_token_may_see_and_is_told_what_not(
    called: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def call_if_there(role: str, branch: str, service: str, *given: Any) -> Any:
        return None if service == "notify" else unknown.call(role, branch, service, *given)

    monkeypatch.setattr(unknown, "call_if_there", call_if_there)
    done = run("--as", "finance")

    assert done.exit_code == 0, done.output
    assert "2 unknown" in done.stdout
    assert "refund-1" in done.stdout
    assert "messages: not shown, this token may not call notify.unknown" in done.stdout
    assert not [each for each in called if each[0] == "notify"]


def test_refunds_that_should_be_paid_by_now_are_told_with_their_age(monkeypatch: pytest.MonkeyPatch) -> None:
    def call(_role: str, _branch: str, service: str, *_: Any) -> Any:
        slow = {"slow": {"count": 12, "since": "2026-11-23T01:00:00+00:00", "age_s": 7260}}
        return {"items": [], "after": None} | (slow if service == "refund" else {})

    monkeypatch.setattr(unknown, "call", call)
    monkeypatch.setattr(unknown, "call_if_there", call)
    told = "12 refunds approved or being paid, the oldest for 2 h 1 min (since 2026-11-23 09:00): is BOSS there?"
    assert told in run().stdout


def test_where_nothing_is_unknown_each_half_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def call(*_: Any) -> Any:
        return {"items": [], "after": None}

    monkeypatch.setattr(unknown, "call", call)
    monkeypatch.setattr(unknown, "call_if_there", call)
    assert run().stdout.splitlines() == ["refunds: nothing is unknown", "messages: nothing is unknown"]


def test_ask_all_asks_what_boss_can_tell_and_names_who_settles_the_rest(called: list[Any]) -> None:
    done = run("ask", "--all", "--reason", "客户来电")

    asked = [each for each in called if each[1] == "ask"]
    assert [(each[2], each[3]["reason"]) for each in asked] == [("refund-1", "客户来电")]
    assert "refund-1  paid" in done.stdout
    assert "tousu unknown settle refund-2 --paid" in done.stdout
    assert "finance (13800009008)" in done.stdout


def test_ask_needs_ids_or_all(called: list[Any]) -> None:
    assert run("ask").exit_code == 1
    assert not called


def test_what_is_not_unknown_is_said_to_be_known(called: list[Any]) -> None:
    assert "nothing about it is unknown" in run("ask", "refund-9").stdout


def test_settle_says_what_became_of_a_refund_or_a_message(called: list[Any]) -> None:
    assert run("settle", "refund-2", "--not-paid", "--evidence", "BOSS流水").exit_code == 0
    assert run("settle", "refund-2", "--by-hand", "--evidence", "BOSS工单").exit_code == 0
    assert run("settle", "message-1", "--delivered", "--evidence", "已电话确认").exit_code == 0
    told = [(each[0], each[1], each[2], each[3]["outcome"], each[3]["evidence"]) for each in called]
    assert told == [
        ("refund", "settle", "refund-2", "not_paid", ["BOSS流水"]),
        ("refund", "settle", "refund-2", "by_hand", ["BOSS工单"]),
        ("notify", "settle", "message-1", "delivered", ["已电话确认"]),
    ]


def test_of_several_unknown_lines_the_one_that_was_looked_up_is_named(
    called: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = PARKED | {"key": "refund-2:principal", "why": "sent_late", "waits_for": "person"}
    monkeypatch.setattr(unknown, "_all", lambda _role, _branch, service, _: [late, PARKED] * (service == "refund"))
    told = run("ask", "refund-2").stdout
    assert "settle refund-2 --paid (or --not-paid) --key refund-2:principal" in told
    assert "settle refund-2 --paid (or --not-paid) --key refund-2:award" in told
    assert run("settle", "refund-2", "--paid", "--key", "refund-2:award", "--evidence", "BOSS流水").exit_code == 0
    assert called[-1][3]["key"] == "refund-2:award"
    assert run("settle", "message-1", "--delivered", "--key", "refund-2:award", "--evidence", "回电").exit_code == 1


def test_settle_wants_one_outcome(called: list[Any]) -> None:
    assert run("settle", "refund-2", "--evidence", "BOSS流水").exit_code == 1
    assert run("settle", "refund-2", "--by-hand", "--paid", "--evidence", "BOSS流水").exit_code == 1
    assert not called


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3600, "1 h"), (15_120, "4 h 12 min"), (86_400 * 2 + 60, "2 days")],
)
def test_an_age_is_said_in_two_units_at_most(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


def test_ids_are_whole_however_much_is_told_beside_them(called: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "1a13e45be6194d7baa493a3d3f25bb02"
    told = {"refund_id": whole, "next_try": REFUND["next_try"], "risen": REFUND["risen"] * 9}
    for name, value in told.items():
        monkeypatch.setitem(PARKED, name, value)
    assert whole in run().stdout
