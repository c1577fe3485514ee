"""An evidence bundle proves itself without the suite, and fails once a byte of it is another."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from shared.audit.bundle import bundle
from shared.audit.keeping import Checkpoints
from shared.erasing import Erased
from shared.tokens import Signer
from tests.integration.shared_core.audits import JWKS, PRIVATE_KEY, settled
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import Tallies, add, close
from tests.unit.shared_core.sample import AGENT, Person

LI = Person("李雷", "13912340001")


@pytest.fixture
def told(database: Database[Any], tallies: Tallies, opened: Open) -> Tallies:
    opened("t1", branch="SZ", person=LI)
    tallies.change("t1", add(5, "客户来电"), AGENT)
    tallies.change("t1", close, AGENT)
    Checkpoints(database, tallies.collection, Signer(PRIVATE_KEY, "k1", "tousu")).take(settled())
    return tallies


def checked(folder: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    """The bundle's own program on it, in a process that knows nothing of the project."""
    (folder / "bundle.zip").write_bytes(content)
    (folder / "check.py").write_bytes(zipfile.ZipFile(io.BytesIO(content)).read("check.py"))
    return subprocess.run(
        [sys.executable, "-I", "check.py", "bundle.zip"], cwd=folder, capture_output=True, text=True, check=False
    )


def edited(content: bytes, name: str, was: str, now: str) -> bytes:
    """The bundle with one part changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for each in old.namelist():
            part = old.read(each)
            if each == name:
                assert was.encode() in part
                part = part.replace(was.encode(), now.encode(), 1)
            new.writestr(each, part)
    return written.getvalue()


def test_a_bundle_is_checked_without_the_suite_and_tells_what_happened(told: Tallies, tmp_path: Path) -> None:
    answer = checked(tmp_path, bundle([("tally", told)], "t1", JWKS, opened=True))

    assert answer.returncode == 0, answer.stderr
    assert "1 documents fit their histories; 1 of them are under a signed checkpoint." in answer.stdout
    assert "tally_opened" in answer.stdout
    assert "客户来电" in answer.stdout
    assert "李雷" in answer.stdout


def test_PR1_a_bundle_that_was_not_opened_shows_what_happened_but_no_name_and_no_text(
    told: Tallies, tmp_path: Path
) -> None:
    content = bundle([("tally", told)], "t1", JWKS, opened=False)

    answer = checked(tmp_path, content)

    assert answer.returncode == 0, answer.stderr
    assert "amount_added" in answer.stdout
    for part in zipfile.ZipFile(io.BytesIO(content)).infolist():
        text = zipfile.ZipFile(io.BytesIO(content)).read(part)
        assert "李雷".encode() not in text
        assert "客户来电".encode() not in text


@pytest.mark.parametrize(
    ("name", "was", "now", "fault"),
    [
        ("documents.json", 'amount\\":5', 'amount\\":6', "entry 2 does not fit"),
        ("documents.json", '"n": 3', '"n": 2', "does not end where it should"),
        ("checkpoints.json", '"signed": "ey', '"signed": "fy', ""),
        ("keys.json", '"x": "', '"x": "A', ""),
    ],
)
def test_a_changed_bundle_is_refused(told: Tallies, tmp_path: Path, name: str, was: str, now: str, fault: str) -> None:
    content = edited(bundle([("tally", told)], "t1", JWKS, opened=True), name, was, now)

    answer = checked(tmp_path, content)

    assert answer.returncode != 0
    assert fault in answer.stderr


def test_PR1_an_erased_document_stays_closed_in_an_opened_bundle(told: Tallies, tmp_path: Path) -> None:
    told.collection.update_many({}, {"$set": {"outbox": []}})
    told.erase("t1", Erased("holder_asked", "函-1"), AGENT, lambda *_: None)
    Checkpoints(told.collection.database, told.collection, Signer(PRIVATE_KEY, "k1", "tousu")).take(settled())

    answer = checked(tmp_path, bundle([("tally", told)], "t1", JWKS, opened=True))

    assert answer.returncode == 0, answer.stderr
    assert "erased" in answer.stdout
    assert "李雷" not in answer.stdout


def test_a_cut_off_history_contradicts_its_checkpoint(told: Tallies, tmp_path: Path) -> None:
    document = told.collection.find_one({"_id": "t1"})
    assert document is not None
    cut = document["history"][:2]
    head = {"n": 2, "hash": cut[-1]["hash"]}
    told.collection.update_one({"_id": "t1"}, {"$set": {"history": cut, "head": head}})

    answer = checked(tmp_path, bundle([("tally", told)], "t1", JWKS, opened=True))

    assert answer.returncode == 1
    assert "a checkpoint has seen another entry 3" in answer.stderr


def test_every_document_that_names_the_complaint_is_in_it(told: Tallies, opened: Open) -> None:
    opened("t2")
    opened("t3")
    told.collection.update_one({"_id": "t2"}, {"$set": {"complaint_id": "t1"}})

    content = bundle([("tally", told)], "t1", JWKS, opened=False)

    documents = orjson.loads(zipfile.ZipFile(io.BytesIO(content)).read("documents.json"))
    assert [each["id"] for each in documents] == ["t1", "t2"]
