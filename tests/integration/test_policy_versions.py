"""Each policy version that was ever in force stays readable, whoever started first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import eventlet
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from shared.policies import PolicySet, PolicyVersions, UnknownPolicyVersion, load
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.settings import PROJECT, Settings
from shared.timelimit import started_by

NOW = datetime(2026, 11, 23, 1, 0, 0, 123000, tzinfo=UTC)
VIP = {"ticket_type": "complaint", "channel": "hall", "brand": "vip", "self_service_fault": False}


@pytest.fixture
def database(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](settings.mongo_url, tz_aware=True) as client:
        yield client[f"{settings.database_prefix}_sample"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for policy in (CLOCKS, CALENDAR):
        (tmp_path / policy.file).write_text((PROJECT / "policies" / policy.file).read_text(encoding="utf-8"))
    return tmp_path


def in_force(folder: Path) -> PolicySet:
    return load(folder, (CLOCKS, CALENDAR))


def change(folder: Path, words: str, instead: str) -> None:
    file = folder / CLOCKS.file
    file.write_text(file.read_text().replace(words, instead))


def test_a_complaint_keeps_the_time_limit_it_was_opened_under(database: Database[dict[str, Any]], folder: Path) -> None:
    first = in_force(folder)
    PolicyVersions(database).keep(first, NOW)
    change(folder, "vip: 8h", "vip: 4h")
    second = in_force(folder)
    PolicyVersions(database).keep(second, NOW + timedelta(days=1))

    versions = PolicyVersions(database)  # another process, later
    due_in = [
        started_by("registered", VIP, NOW, versions.read(CLOCKS, policies.version("clocks")), first["calendar"])[0].span
        for policies in (first, second)
    ]
    assert due_in == [timedelta(hours=8), timedelta(hours=4)]


def test_the_history_says_when_each_version_came_into_force_first(
    database: Database[dict[str, Any]], folder: Path
) -> None:
    versions = PolicyVersions(database)
    first = in_force(folder)
    versions.keep(first, NOW)
    versions.keep(first, NOW + timedelta(hours=1))  # a restart
    change(folder, "vip: 8h", "vip: 4h")
    second = in_force(folder)
    versions.keep(second, NOW + timedelta(days=1))

    assert versions.history(CLOCKS) == [
        (first.version("clocks"), NOW),
        (second.version("clocks"), NOW + timedelta(days=1)),
    ]
    assert versions.history(CALENDAR) == [(first.version("calendar"), NOW)]


def test_the_text_is_kept_as_it_was_written(database: Database[dict[str, Any]], folder: Path) -> None:
    policies = in_force(folder)
    versions = PolicyVersions(database)
    versions.keep(policies, NOW)

    assert versions.text(CLOCKS, policies.version("clocks")) == (folder / CLOCKS.file).read_text()


def test_replicas_that_start_at_once_keep_one_entry_each(database: Database[dict[str, Any]], folder: Path) -> None:
    policies = in_force(folder)
    stores = [PolicyVersions(database) for _ in range(10)]
    starting = [eventlet.spawn(store.keep, policies, NOW) for store in stores]
    for each in starting:
        each.wait()

    assert database["policy_versions"].count_documents({}) == 2


def test_a_version_that_was_never_in_force_is_an_error_that_names_it(database: Database[dict[str, Any]]) -> None:
    with pytest.raises(UnknownPolicyVersion, match=r"clocks\.yml: version 000000000000"):
        PolicyVersions(database).read(CLOCKS, "000000000000")
