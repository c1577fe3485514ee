"""`tousu dead-letters`: an operator lists, shows and replays what could not be handled."""

from collections.abc import Callable, Iterator
from typing import Any

import eventlet
import orjson
import pytest
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from cli.deadletters import app
from shared.bus.inbox import on_event
from shared.bus.retries import PermanentFault
from shared.settings import Settings
from suite.tokens import development_token
from tests.integration.amqp_hands import Hands

handled: list[str] = []
broken: set[str] = set()


class Notify:
    name = "notify"

    @on_event("intake", "complaint_replied")
    def tell(self, event: dict[str, Any]) -> None:
        handled.append(event["event_id"])
        if event["event_id"] in broken:
            raise PermanentFault("no template for this event")


@pytest.fixture(scope="module")
def own_settings(make_settings: Callable[..., Settings], start_service: Any) -> Settings:
    settings = make_settings()
    start_service(Notify, settings)
    return settings


@pytest.fixture(scope="module")
def letters(own_settings: Settings) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](own_settings.mongo_url) as client:
        yield client[f"{own_settings.database_prefix}_notify"]["dead_letters"]


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

    def run(*arguments: str, role: str = "operator") -> Result:
        monkeypatch.setenv("TOUSU_TOKEN", development_token(own_settings, "E9001", role, None))
        return CliRunner().invoke(app, arguments)

    return run


def soon(is_so: Callable[[], Any], within: float = 5.0) -> Any:
    with eventlet.Timeout(within, AssertionError("not within the time allowed")):
        while not (found := is_so()):
            eventlet.sleep(0.02)
    return found


def die(own_settings: Settings, letters: Any, event_id: str) -> Any:
    """An event that becomes a dead letter."""
    broken.add(event_id)
    event = {"event_id": event_id, "type": "complaint_replied", "schema": 1, "seq": 3, "data": {"phone": "13912345678"}}
    with Hands(own_settings.amqp_uri) as hands:
        hands.publish("intake.events", event["type"], orjson.dumps(event), message_id=event_id)
    return soon(lambda: letters.find_one({"_id": event_id}))


def test_a_dead_letter_is_listed_with_its_cause(tousu: Any, own_settings: Settings, letters: Any) -> None:
    die(own_settings, letters, "c1:3")
    listed = tousu("list")
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
    replayed = tousu("replay", "notify", "c3:3", "--why", "template added")
    assert (replayed.exit_code, replayed.output) == (0, "c3:3  sent again\n")
    soon(lambda: handled.count("c3:3") == 2)
    letter = letters.find_one({"_id": "c3:3"})
    assert letter["state"] == "replayed"
    [noted] = letter["replays"]
    assert (noted["by"], noted["why"]) == ("E9001", "template added")


def test_a_second_replay_changes_nothing(tousu: Any, own_settings: Settings, letters: Any) -> None:
    die(own_settings, letters, "c4:3")
    broken.clear()
    tousu("replay", "notify", "c4:3", "--why", "once")
    soon(lambda: handled.count("c4:3") == 2)
    again = tousu("replay", "notify", "c4:3", "--why", "twice")
    assert (again.exit_code, again.output) == (0, "c4:3  was already sent again\n")
    eventlet.sleep(0.2)
    assert handled.count("c4:3") == 2
    assert len(letters.find_one({"_id": "c4:3"})["replays"]) == 1


def test_what_dies_again_waits_again_with_both_deaths(tousu: Any, own_settings: Settings, letters: Any) -> None:
    die(own_settings, letters, "c5:3")
    assert tousu("replay", "notify", "c5:3", "--why", "hope").exit_code == 0
    letter = soon(lambda: letters.find_one({"_id": "c5:3", "deaths.1": {"$exists": True}}))
    assert letter["attempts"] == 1, "a replay counts from the beginning"
    soon(lambda: letters.find_one({"_id": "c5:3", "state": "waiting", "replays.0": {"$exists": True}}))


def test_all_that_wait_are_replayed_together(tousu: Any, own_settings: Settings, letters: Any) -> None:
    for event_id in ("c6:3", "c7:3"):
        die(own_settings, letters, event_id)
    broken.clear()
    assert tousu("replay", "notify", "--all", "--why", "template added").exit_code == 0
    soon(lambda: handled.count("c6:3") == handled.count("c7:3") == 2)
    assert letters.count_documents({"state": "waiting"}) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("replay", "notify", "none", "--why", "x"), "none: no such dead letter"),
        (("replay", "notify", "c1:3"), "Say why"),
        (("replay", "notify", "--why", "x"), "Name letters, or --all"),
        (("replay", "notary", "c1:3", "--why", "x"), "No service notary"),
        (("show", "notify", "none"), "notify has no dead letter none"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(tousu: Any, arguments: tuple[str, ...], said: str) -> None:
    refused = tousu(*arguments)
    assert refused.exit_code == 1
    assert said in refused.output


def test_only_an_operator_replays(tousu: Any) -> None:
    refused = tousu("replay", "notify", "c1:3", "--why", "x", role="support")
    assert refused.exit_code == 1
    assert "Only an operator" in refused.output
