"""Messages that come ten times at once, are broken, or kill who takes them, in the inboxes of whole services."""

import time
from collections.abc import Callable, Iterator

import amqp
import pytest

from services import SERVICES
from shared.bus.places import dialled
from shared.bus.retries import Travel
from shared.bus.topology import inbox_of
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers
from suite.running import Suite
from tests.faults.broker.hands import Callers as Insistent
from tests.faults.broker.hands import a_complaint
from tests.faults.messages import COUNTED, KILLED, Post, known
from tests.system.hands import AGENT, eventually

COPIES = 10
DEATHS = 6  # five deliveries more than the first (shared.bus.topology)


@pytest.fixture(scope="module")
def suite(start_suite: Callable[..., Suite]) -> Suite:
    """Two processes of each service."""
    replicas = dict.fromkeys(SERVICES, 2)
    return start_suite(clock_origin=MONDAY, replicas=replicas, serving=("tests.faults.poisoned",))


@pytest.fixture(scope="module")
def connection(suite: Suite) -> Iterator[amqp.Connection]:
    with dialled(suite.amqp_uri, 5, confirm_publish=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def post(suite: Suite, connection: amqp.Connection, call_suite: Callable[[Suite], Callers]) -> Post:
    return Post(connection, call_suite(suite))


@pytest.mark.parametrize("reader", SERVICES)
def test_F12_of_ten_copies_at_once_to_two_processes_one_takes_effect_and_nine_are_counted(
    post: Post, reader: str
) -> None:
    source, type_name, made, effects = COUNTED[reader]
    complaint_id = post.registered()
    event = post.heard(type_name, complaint_id)
    post.rest()
    before, counted = effects(post.callers, complaint_id), post.duplicates(reader)

    post.put(reader, source, made(event), times=COPIES)

    post.rest()
    assert post.duplicates(reader) == counted + COPIES - 1
    assert effects(post.callers, complaint_id) == before + 1
    assert post.letters(reader) == {}


@pytest.fixture(scope="module")
def poison(suite: Suite, post: Post) -> dict[str, set[str]]:
    """In every inbox one of each sort, an innocent complaint before and behind them.

    Who calls meanwhile repeats his request: an answer dies with its process."""
    before = post.registered()
    sent = {service: _poisoned(post, service, before) for service in SERVICES}
    behind = Insistent(suite).insistent(AGENT, "intake.register", a_complaint("behind"), within=60)["complaint_id"]
    eventually(lambda: all(_deaths(suite, service) >= DEATHS for service in SERVICES), seconds=60)
    for service in SERVICES:
        suite.await_service(service)
    post.rest()  # the delays of what fails, too
    eventually(lambda: all(ids <= post.letters(service).keys() for service, ids in sent.items()))
    assert known(post.callers, before)
    assert known(post.callers, behind)
    return sent


def _poisoned(post: Post, service: str, complaint_id: str) -> set[str]:
    """Puts all sorts into the service's inbox; their ids."""
    source, type_name, *_ = COUNTED[service]
    real = {"type": type_name, "schema": 1, "at": MONDAY.isoformat(), "seq": 1, "complaint_id": complaint_id}
    sorts = {"fails": {"data": {"fail": True}}, "kills": {"data": {"kill": True}}}
    sorts |= {"schema": {"schema": 99, "data": {}}, "type": {"type": "never_heard", "data": {}}}
    for name, differs in sorts.items():
        event = real | {"event_id": name} | differs
        all_read = service != "notify" and name == "type"  # whatever comes of that source
        post.put(service, "notify" if all_read else source, event)
    post.put_body(service, Travel(source, type_name), "text", b"no event")
    return {*sorts, "text"}


def _deaths(suite: Suite, service: str) -> int:
    """How many of its processes were killed by now."""
    return sum(suite.process(f"{service}-{number}").log.read_text().count(KILLED) for number in (1, 2))


@pytest.mark.parametrize("service", SERVICES)
def test_F15_F16_poison_ends_among_the_dead_letters_with_its_cause_and_no_innocent_one_beside_it(
    suite: Suite, post: Post, poison: dict[str, set[str]], service: str
) -> None:
    causes = post.letters(service)

    assert causes["text"] == "the body is not JSON"
    assert "no handler for this type" in causes["type"]
    assert "schema 99 is newer" in causes["schema"]
    assert "ArithmeticError" in causes["fails"]
    assert "its process died" in causes["kills"]
    assert causes.keys() == poison[service], "an innocent one lies beside them"
    assert _deaths(suite, service) == DEATHS


def test_F27_a_queue_that_does_not_fit_ends_a_process_at_its_start_with_plain_words(
    suite: Suite, connection: amqp.Connection, post: Post, poison: dict[str, set[str]]
) -> None:
    suite.processes.stop("notify-1", "notify-2")
    channel = connection.channel()
    channel.queue_delete(inbox_of("notify"))
    channel.queue_declare(inbox_of("notify"), durable=True, auto_delete=False)

    began, process = time.monotonic(), suite.start_process("notify-1")
    process.await_end(within=30)

    assert process.child is not None
    assert process.child.returncode == 1
    assert time.monotonic() - began < 30
    said = process.last_words()
    assert "queue 'notify.inbox' does not fit this version" in said
    assert "rabbitmqctl delete_queue notify.inbox" in said

    missed = post.registered()
    channel.queue_delete(inbox_of("notify"))
    suite.start_process("notify-1")
    suite.await_service("notify")
    eventually(lambda: known(post.callers, missed), seconds=20)  # what was lost with it is asked for again (F28)
