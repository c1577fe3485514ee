"""An audit finds whatever was done to the database behind the suite's back, and nothing where nothing was done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from shared import chain
from shared.audit.keeping import Checkpoints
from shared.audit.verifying import Audit, Findings
from shared.chain import Head
from shared.clock import machine_now
from shared.erasing import Erased
from shared.tokens import Signer
from tests.integration.shared_core.audits import JWKS, PRIVATE_KEY, private_key, settled
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import Tallies, add, close
from tests.unit.shared_core.sample import AGENT, MONDAY, Person, TallyOpened


@pytest.fixture
def signer() -> Signer:
    return Signer(PRIVATE_KEY, "k1", "tousu")


@pytest.fixture
def checkpoints(database: Database[Any], tallies: Tallies, signer: Signer) -> Checkpoints:
    return Checkpoints(database, tallies.collection, signer)


@pytest.fixture
def audited(database: Database[Any], tallies: Tallies) -> Callable[..., Findings]:
    def audit(with_states: bool = True, after: timedelta = timedelta(0)) -> Findings:
        one = Audit(database, tallies, JWKS, with_states)
        assert sum(one.run(machine_now() + after)) == one.findings.documents
        return one.findings

    return audit


@pytest.fixture
def recorded(tallies: Tallies, opened: Open, checkpoints: Checkpoints) -> Tallies:
    """Three tallies with a history of four entries each, under two checkpoints."""
    for document_id in ("t1", "t2", "t3"):
        opened(document_id, branch="SZ", person=Person("李雷", f"1391234000{document_id[1]}"))
        tallies.change(document_id, add(5), AGENT)
    assert checkpoints.take(settled())
    for document_id in ("t1", "t2", "t3"):
        tallies.change(document_id, add(7), AGENT)
        tallies.change(document_id, close, AGENT)
    assert checkpoints.take(settled())
    return tallies


def said(findings: Findings) -> set[tuple[str, str]]:
    return {(fault.id, fault.what) for fault in findings.faults}


def stored(tallies: Tallies, document_id: str = "t2") -> dict[str, Any]:
    document = tallies.collection.find_one({"_id": document_id})
    assert document is not None
    return dict(document)


def put(tallies: Tallies, document: dict[str, Any]) -> None:
    tallies.collection.replace_one({"_id": document["_id"]}, document)


def rechained(document: dict[str, Any]) -> dict[str, Any]:
    """What a forger with full access does: all hashes made anew, so that the history fits itself."""
    here = chain.beginning(document["_id"])
    history = []
    for number, entry in enumerate(document["history"], 1):
        content = orjson.loads(entry["entry"]) | {"n": number}
        text = chain.canonical(content).decode()
        here = Head(number, chain._linked(here.hash, text))
        history.append({"entry": text, "hash": here.hash})
    return document | {"history": history, "head": {"n": here.n, "hash": here.hash}}


def test_what_nobody_touched_has_no_fault(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    findings = audited()

    assert findings.faults == []
    assert (findings.documents, findings.entries, findings.checkpoints, findings.uncovered) == (3, 12, 2, 0)


@pytest.mark.parametrize("entry", range(4))
def test_any_edited_byte_of_an_entry_is_found(recorded: Tallies, audited: Callable[..., Findings], entry: int) -> None:
    """Every position of the entry in turn would take minutes: the first, the last and every seventh byte do."""
    document = stored(recorded)
    text = document["history"][entry]["entry"]
    for place in sorted({0, len(text) - 1, *range(0, len(text), 7)}):
        other = "x" if text[place] != "x" else "y"
        document["history"][entry]["entry"] = text[:place] + other + text[place + 1 :]
        put(recorded, document)
        assert {id for id, _ in said(audited(with_states=False))} == {"t2"}, place


def test_an_edited_hash_is_found(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    document = stored(recorded)
    document["history"][1]["hash"] = document["history"][1]["hash"][:-1] + "x"
    put(recorded, document)

    assert said(audited(with_states=False)) == {("t2", "the history does not fit at entry 2")}


def test_a_removed_entry_is_found(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    document = stored(recorded)
    del document["history"][1]
    put(recorded, document)

    assert said(audited(with_states=False)) == {("t2", "the history does not fit at entry 2")}


def test_swapped_entries_are_found(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    document = stored(recorded)
    document["history"][1:3] = reversed(document["history"][1:3])
    put(recorded, document)

    assert said(audited(with_states=False)) == {("t2", "the history does not fit at entry 2")}


def test_a_history_moved_to_another_document_is_found(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    put(recorded, stored(recorded, "t1") | {"_id": "t2"})

    assert ("t2", "the history does not fit at entry 1") in said(audited(with_states=False))


def test_a_tail_that_was_cut_off_with_its_head_is_found(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    document = stored(recorded)
    document["history"] = document["history"][:2]
    put(recorded, document | {"head": {"n": 2, "hash": document["history"][-1]["hash"]}})

    assert said(audited(with_states=False)) == {
        ("t2", "the history was cut off after entry 2: a checkpoint has seen entry 4")
    }


def test_a_history_that_was_rewritten_whole_is_found(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    document = stored(recorded)
    del document["history"][1]
    put(recorded, rechained(document))

    whats = said(audited(with_states=False))

    assert ("t2", "the history was rewritten: a checkpoint has seen another entry 2") in whats


def test_a_document_that_was_taken_away_is_found(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    recorded.collection.delete_one({"_id": "t2"})

    assert said(audited()) == {("t2", "the document is gone")}


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        ({"state.total": 1000}, "the state is not what its history makes of it"),
        ({"status": "open"}, "the field status is not what the state says"),
        ({"branch": "GZ"}, "the field branch is not what the state says"),
        ({"due_at": MONDAY}, "the field due_at is not what the state says"),
        ({"sealed": b"nonsense of some length"}, "the sealed part was changed, or none of these keys opens it"),
    ],
)
def test_an_edited_state_is_found(
    recorded: Tallies, audited: Callable[..., Findings], edit: dict[str, Any], what: str
) -> None:
    recorded.collection.update_one({"_id": "t2"}, {"$set": edit})

    assert said(audited()) == {("t2", what)}


def test_PR1_an_erasure_on_record_is_no_fault(recorded: Tallies, audited: Callable[..., Findings]) -> None:
    recorded.collection.update_many({}, {"$set": {"outbox": []}})
    recorded.erase("t2", Erased("holder_asked", "函-1"), AGENT, lambda *_: None)

    assert audited().faults == []


def test_PR1_a_key_that_was_taken_away_without_an_erasure_is_found(
    recorded: Tallies, audited: Callable[..., Findings]
) -> None:
    recorded.collection.update_one({"_id": "t2"}, {"$unset": {"key": "", "sealed": ""}})

    assert said(audited()) == {("t2", "the key is gone, and no erasure was recorded")}


def test_a_checkpoint_that_was_taken_away_is_found(
    recorded: Tallies, database: Database[Any], audited: Callable[..., Findings]
) -> None:
    database["checkpoints"].delete_one({"_id": "tallies:000000001"})

    assert said(audited()) == {("tallies:000000002", "the checkpoint does not follow number 0")}


def test_an_edited_checkpoint_is_found(
    recorded: Tallies, database: Database[Any], audited: Callable[..., Findings]
) -> None:
    signed = database["checkpoints"].find_one({"_id": "tallies:000000002"})
    assert signed is not None
    edited = signed["signed"][:-4] + "AAAA"
    database["checkpoints"].update_one({"_id": signed["_id"]}, {"$set": {"signed": edited}})

    assert said(audited()) == {("tallies:000000002", "the checkpoint's signature does not fit")}


def test_a_checkpoint_of_another_key_is_found(
    recorded: Tallies, database: Database[Any], audited: Callable[..., Findings]
) -> None:
    forger = Signer(private_key(), "k1", "tousu")
    database["checkpoints"].delete_many({})
    Checkpoints(database, recorded.collection, forger).take(settled())

    assert said(audited()) == {("tallies:000000001", "the checkpoint's signature does not fit")}


def test_the_last_checkpoint_is_what_an_anchor_keeps(
    recorded: Tallies, database: Database[Any], checkpoints: Checkpoints, audited: Callable[..., Findings]
) -> None:
    last = checkpoints.last()
    assert last is not None
    database["checkpoints"].delete_one({"_id": last.id})

    assert audited().hashes.get(last.number) != last.hash


def test_what_is_under_no_checkpoint_for_long_is_counted(
    opened: Open, audited: Callable[..., Findings], checkpoints: Checkpoints
) -> None:
    opened("t1")

    assert audited().uncovered == 0
    assert audited(after=timedelta(minutes=11)).uncovered == 1
    checkpoints.take_all(settled())
    assert audited(after=timedelta(minutes=11)).uncovered == 0


def test_replicas_that_take_the_same_checkpoint_at_once_leave_one(
    recorded: Tallies, database: Database[Any], signer: Signer, audited: Callable[..., Findings]
) -> None:
    recorded.insert("t4", [TallyOpened()], AGENT, MONDAY)
    first, second = (Checkpoints(database, recorded.collection, signer) for _ in range(2))
    last = first.last()
    assert last is not None
    second.last = lambda: last  # type: ignore[method-assign]  # it looked before the first one wrote

    assert first.take(settled())
    assert second.take(settled()) is None
    assert audited().faults == []


def test_many_changes_are_put_under_several_checkpoints_and_none_is_left_out(
    opened: Open, checkpoints: Checkpoints, audited: Callable[..., Findings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.audit.keeping.MOST_HEADS", 2)
    for number in range(9):
        opened(f"t{number}")

    taken = checkpoints.take_all(settled())

    assert sum(len(each.heads) for each in taken) == 9
    assert len(taken) > 1
    assert audited(after=timedelta(minutes=11)).uncovered == 0
