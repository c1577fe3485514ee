"""The policies of a run: valid, shorter in machine time alone, and every change told."""

from pathlib import Path

import pytest

from chaos.haste import ABILITIES, SHORT, Boss, hurried
from chaos.plan import LEASES_S, plan
from services.notify.policies import POLICIES as NOTIFY
from services.refund.policies import FITS
from services.refund.policies import POLICIES as REFUND
from shared.policies import load
from shared.settings import PROJECT

SHIPPED = PROJECT / "policies"


@pytest.mark.parametrize("boss", ABILITIES)
def test_the_copied_policies_are_valid_and_say_what_this_boss_can_do(tmp_path: Path, boss: Boss) -> None:
    hurried(SHIPPED, tmp_path / "policies", boss)
    billing = load(tmp_path / "policies", REFUND, FITS)["refunds"].billing
    assert {"honours_keys": billing.honours_keys, "can_be_asked": billing.can_be_asked} == ABILITIES[boss]
    load(tmp_path / "policies", NOTIFY)


def test_every_change_is_told_and_nothing_else_is_changed(tmp_path: Path) -> None:
    told = hurried(SHIPPED, tmp_path / "policies", "both")
    assert len(told) == sum(len(values) for parts in SHORT.values() for values in parts.values())
    assert "refunds.yml billing.lease_seconds 20 → 2.5" in told
    before, after = (load(folder, NOTIFY)["notify"] for folder in (SHIPPED, tmp_path / "policies"))
    assert before.rules == after.rules
    assert before.quiet == after.quiet


def test_other_changes_may_be_asked_for_but_of_nothing_that_is_not_there(tmp_path: Path) -> None:
    told = hurried(SHIPPED, tmp_path / "policies", "both", {"notify.yml": {"carrier": {"lease": "1s"}}})
    assert told == ("notify.yml carrier.lease 20s → 1s",)
    with pytest.raises(KeyError):
        hurried(SHIPPED, tmp_path / "policies", "both", {"notify.yml": {"carrier": {"luck": "1s"}}})


def test_an_entry_counts_as_absent_only_after_every_pause_and_delay_of_a_run() -> None:
    points = {"refund": {"anywhere": ""}}
    stops = [fault.seconds for seed in range(200) for fault in plan(seed, 0, 200.0, 2, points, ["stop"])]
    rules = SHORT["refunds.yml"]["billing"]
    longest = max(stops) + rules["connect_seconds"] + rules["answer_seconds"]
    assert longest + 2.0 < rules["absent_after_seconds"]
    assert max(stops) > LEASES_S > rules["lease_seconds"]


def test_the_projects_own_policies_stay_as_they_are(tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in SHIPPED.iterdir()}
    hurried(SHIPPED, tmp_path / "policies", "neither")
    assert {file.name: file.read_bytes() for file in SHIPPED.iterdir()} == before
