"""`tousu dead-letters`: an operator lists, shows, replays and edits what could not be handled (F26)."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from typer.testing import CliRunner, Result

from cli.deadletters import app
from services.letters_door import LettersDoor
from services.rights import allowed
from shared.audit.verifying import Audit
from shared.auth import Caller
from shared.bus.inbox import on_event
from shared.bus.retries import PermanentFault
from shared.clock import machine_now
from shared.erasing import Erased
from shared.letters import deciding
from shared.settings import Settings
from suite.tokens import development_token
from tests.integration.amqp_hands import Hands, soon
from tests.integration.letters_hands import body_of, letter, letters_of

handled: list[str] = []
effects: set[str] = set()
broken: set[str] = set()


class Notify(LettersDoor):
    """A reader that knows an event again by its id, as all readers of the suite do."""

    name = "notify"
    caller = Caller(allowed)

    @on_event("intake", "complaint_replied")
    def tell(self, event: dict[str, Any]) -> None:
        handled.append(event["event_id"])
        if event["event_id"] in broken and event["data"].get("category") != "mended":
            raise PermanentFault("no template for this event")
        effects.add(event["event_id"])


@pytest.fixture(scope="module")
def own_settings(make_settings: Callable[..., Settings], start_service: Any) -> Settings:
    """Two replicas, so that two operators can be served at the same instant."""
    settings = make_settings()
    start_service(Notify, settings)
    start_service(Notify, settings)
    return settings


@pytest.fixture(scope="module")
def letters(own_settings: Settings) -> Iterator[Any]:
    with letters_of(own_settings, "notify") as letters:
        yield letters


@pytest.fixture
def tousu(own_settings: Settings, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`tousu("replay", "notify", …)`: the command on this suite, as an operator unless told otherwise."""
    variables = secrets | {
        "AMQP_URI": own_settings.amqp_uri,
        "MONGO_URL": own_settings.mongo_url,
        "TOUSU_DATABASE_PREFIX": own_settings.database_prefix,
        "TOUSU_RUN_DIR": str(own_settings.run_dir),
        "COLUMNS": "200",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, role: str = "operator", sub: str = "E9001") -> Result:
        monkeypatch.setenv("TOUSU_TOKEN", development_token(own_settings, sub, role, None))
        return CliRunner().invoke(app, arguments)

    return run


def die(own_settings: Settings, letters: Any, event_id: str) -> Any:
    """An event that becomes a dead letter."""
    broken.add(event_id)
    event = {
        "event_id": event_id,
        "type": "complaint_replied",
        "schema": 1,
        "at": "2026-11-23T01:00:00.000+00:00",
        "seq": 3,
        "data": {"phone": "13912345678"},
    }
    with Hands(own_settings.amqp_uri) as hands:
        hands.publish("intake.events", event["type"], orjson.dumps(event), message_id=event_id)
    return soon(lambda: letter(letters, event_id))


def what_happened(letters: Any, letter_id: str) -> list[str]:
    return [type(event).__name__ for event, _ in letters.history(letter_id)]


def test_a_dead_letter_is_listed_with_its_cause(tousu: Any, own_settings: Settings, letters: Any) -> None:
    die(own_settings, letters, "c1:3")
    listed = tousu("list", "--service", "notify")
    assert listed.exit_code == 0, listed.output
    for word in ("c1:3", "intake.complaint_replied", "no template for this event", "waiting"):
        assert word in listed.output


def test_it_is_shown_with_its_body_and_without_personal_data(tousu: Any, own_settings: Settings, letters: Any) -> None:
    die(own_settings, letters, "c2:3")
    shown = tousu("show", "notify", "c2:3")
    assert '"event_id": "c2:3"' in shown.output
    assert shown.output.count('"cause": "no template for this event"') == 2
    assert "139****5678" in shown.output
    assert "13912345678" not in shown.output


def test_a_replay_runs_it_again_under_the_same_id_and_notes_who_and_why(
    tousu: Any, own_settings: Settings, letters: Any
) -> None:
    die(own_settings, letters, "c3:3")
    broken.clear()
    replayed = tousu("replay", "notify", "c3:3", "--reason", "template added")
    assert (replayed.exit_code, replayed.output) == (0, "c3:3  sent again\n")
    soon(lambda: handled.count("c3:3") == 2)
    assert letter(letters, "c3:3").state == "replayed"
    assert what_happened(letters, "c3:3") == ["LetterDied", "ReplayBegun", "ReplayEnded"]
    event, stamp = letters.history("c3:3")[1]
    assert (stamp.by.sub, event.reason) == ("E9001", "template added")


def test_F26_a_second_replay_changes_nothing(tousu: Any, own_settings: Settings, letters: Any) -> None:
    die(own_settings, letters, "c4:3")
    broken.clear()
    tousu("replay", "notify", "c4:3", "--reason", "once")
    soon(lambda: handled.count("c4:3") == 2)
    again = tousu("replay", "notify", "c4:3", "--reason", "twice")
    assert (again.exit_code, again.output) == (0, "c4:3  was already sent again\n")
    assert what_happened(letters, "c4:3").count("ReplayBegun") == 1


def test_F26_of_twenty_clicks_at_the_same_instant_one_sends(
    own_settings: Settings, letters: Any, make_client: Any
) -> None:
    die(own_settings, letters, "c8:3")
    broken.clear()
    operators = [make_client(own_settings, f"E900{number}", "operator") for number in range(5)]
    clicks = [
        operator.notify.replay_letter.call_async("c8:3", {"request_id": uuid4().hex, "reason": "template added"})
        for _ in range(4)
        for operator in operators
    ]
    told = [click.result() for click in clicks]
    assert [each["sent"] for each in told].count(True) == 1
    soon(lambda: handled.count("c8:3") == 2)
    assert what_happened(letters, "c8:3").count("ReplayBegun") == 1


def test_F26_the_same_request_again_sends_nothing(own_settings: Settings, letters: Any, make_client: Any) -> None:
    die(own_settings, letters, "c9:3")
    operator, command = make_client(own_settings, "E9001", "operator"), {"request_id": "click", "reason": "hope"}
    assert operator.notify.replay_letter("c9:3", command)["sent"]
    soon(lambda: len(letter(letters, "c9:3").deaths) == 2)
    told = operator.notify.replay_letter("c9:3", command)
    assert (told["sent"], told["state"]) == (False, "waiting"), "it died once more: that asks for another decision"


def test_F26_what_a_crash_left_half_sent_is_sent_once_its_lease_is_over(
    own_settings: Settings, letters: Any, make_client: Any
) -> None:
    die(own_settings, letters, "c10:3")
    broken.clear()
    long_ago, (_, first) = machine_now() - timedelta(minutes=1), letters.history("c10:3")[0]
    letters.change("c10:3", lambda known, _: deciding.begun(known, "crashed", long_ago), first.by)
    operator = make_client(own_settings, "E9001", "operator")
    assert operator.notify.replay_letter("c10:3", {"request_id": "after", "reason": "again"})["sent"]
    soon(lambda: handled.count("c10:3") == 2)


def test_what_dies_again_waits_again_with_both_deaths(tousu: Any, own_settings: Settings, letters: Any) -> None:
    die(own_settings, letters, "c5:3")
    assert tousu("replay", "notify", "c5:3", "--reason", "hope").exit_code == 0
    kept = soon(lambda: (known := letter(letters, "c5:3")) and len(known.deaths) == 2 and known)
    assert (kept.attempts, kept.state) == (1, "waiting"), "a replay counts from the beginning"


def test_F26_all_that_wait_are_replayed_together_up_to_a_cut_off_time(
    tousu: Any, own_settings: Settings, letters: Any
) -> None:
    die(own_settings, letters, "c6:3")
    between = die(own_settings, letters, "c7:3").died_at.isoformat()
    broken.clear()
    earlier = tousu("replay", "notify", "--all", "--before", between, "--reason", "template added")
    assert "c6:3  sent again" in earlier.output
    assert "c7:3" not in earlier.output
    assert tousu("replay", "notify", "--all", "--reason", "template added").exit_code == 0
    soon(lambda: handled.count("c6:3") == handled.count("c7:3") == 2)
    assert letters.waiting() == 0


def test_F26_an_edited_event_is_released_by_a_second_person_and_takes_effect_once(
    tousu: Any, own_settings: Settings, letters: Any, tmp_path: Path
) -> None:
    came = body_of(die(own_settings, letters, "c11:3"))
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps({"data": {"category": "mended"}}))
    edited = tousu("edit", "notify", "c11:3", "--changes", str(changes), "--reason", "wrong leaf")
    assert "waits for a second person, edited by E9001" in edited.output
    assert "waits to be released" in tousu("replay", "notify", "c11:3", "--reason", "as it was").output
    alone = tousu("release", "notify", "c11:3", "--reason", "looks right to me")
    assert (alone.exit_code, "released by a second person" in alone.output) == (1, True)

    released = tousu("release", "notify", "c11:3", "--reason", "checked", sub="E9002")
    assert released.output == "c11:3  sent again\n"
    soon(lambda: "c11:3" in effects)
    assert tousu("release", "notify", "c11:3", "--reason", "twice", sub="E9002").exit_code == 1
    assert tousu("replay", "notify", "c11:3", "--reason", "twice").output == "c11:3  was already sent again\n"
    assert handled.count("c11:3") == 2
    first, *_ = letters.history("c11:3")
    assert orjson.loads(body_of(letter(letters, "c11:3"))) == orjson.loads(came) | {
        "data": {"phone": "13912345678", "category": "mended"}
    }
    assert body_of(first[0]) == came, "what came is kept, sealed, in its history"
    assert [stamp.by.sub for _, stamp in letters.history("c11:3")][1:4] == ["E9001", "E9002", "E9002"]


def test_F26_an_edited_event_stays_the_same_event(own_settings: Settings, letters: Any, make_client: Any) -> None:
    die(own_settings, letters, "c12:3")
    operator = make_client(own_settings, "E9001", "operator")
    for field, value in (("event_id", "c99:3"), ("type", "complaint_archived")):
        with pytest.raises(Exception, match="same event"):
            operator.notify.edit_letter(
                "c12:3", {"request_id": f"e-{field}", "changes": {field: value}, "reason": "another"}
            )
    broken.clear()


def test_PR1_an_erased_letter_is_not_sent_again(own_settings: Settings, letters: Any, make_client: Any) -> None:
    die(own_settings, letters, "c13:3")
    (_, stamp), *_ = letters.history("c13:3")
    letters.erase("c13:3", Erased("holder_asked", "r1"), stamp.by, lambda _letter, _now: None)
    operator = make_client(own_settings, "E9001", "operator")
    with pytest.raises(Exception, match="erased"):
        operator.notify.replay_letter("c13:3", {"request_id": "late", "reason": "hope"})
    shown = operator.notify.dead_letter("c13:3")
    assert (shown["state"], shown["body"]) == ("erased", "")
    assert "c13:3" not in [each["letter_id"] for each in operator.notify.dead_letters({"all": True})["items"]]


def test_the_audit_covers_every_letter_and_finds_one_that_was_touched(own_settings: Settings, letters: Any) -> None:
    def faults() -> list[str]:
        audit = Audit(letters.collection.database, letters, own_settings.token_keys, with_states=True)
        assert sum(audit.run(machine_now())) == letters.collection.estimated_document_count()
        return [fault.id for fault in audit.findings.faults]

    assert faults() == []
    letters.collection.update_one({"_id": "c3:3"}, {"$set": {"state.state": "waiting"}})
    assert faults() == ["c3:3"]
    letters.collection.update_one({"_id": "c3:3"}, {"$set": {"state.state": "replayed"}})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("replay", "notify", "none", "--reason", "x"), "there is no such id"),
        (("replay", "notify", "c1:3"), "Say why"),
        (("replay", "notify", "--reason", "x"), "Name letters, or --all"),
        (("replay", "notary", "c1:3", "--reason", "x"), "No service notary"),
        (("show", "notify", "none"), "there is no such id"),
        (("release", "notify", "c1:3", "--reason", "x"), "no edited version waits"),
        (("edit", "notify", "c1:3", "--reason", "x"), "Give either --changes or --body"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(tousu: Any, arguments: tuple[str, ...], said: str) -> None:
    refused = tousu(*arguments)
    assert refused.exit_code == 1
    assert said in refused.output


@pytest.mark.parametrize("role", ["support", "branch", "system", "finance"])
def test_F26_only_an_operator_replays(tousu: Any, role: str) -> None:
    refused = tousu("replay", "notify", "c1:3", "--reason", "x", role=role)
    assert refused.exit_code == 1
    assert "Forbidden" in refused.output
