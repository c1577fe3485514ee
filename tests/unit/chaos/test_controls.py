"""The negative controls take away one mechanism each, and nothing that the product no longer has."""

import subprocess
import sys

import pytest

from chaos.controls import CONTROLS, NoSuchControl, take_away
from services import SERVICES
from shared.settings import PROJECT

TAKEN = "from chaos.controls import take_away; take_away({control!r}, {service!r}); import {module}; print({seen})"
SEEN = {  # control → service, module, and what must have changed in it
    "outbox": ("intake", "shared.stored", "shared.stored.Form.next.__module__"),
    "idempotence": ("refund", "services.refund.payments", "services.refund.payments.key_of.__module__"),
    "fence": ("refund", "services.refund.settling", "services.refund.settling.must_hold.__module__"),
}


def taken(control: str, service: str, module: str, seen: str) -> str:
    """What a process of its own shows, in which the mechanism was taken away."""
    program = TAKEN.format(control=control, service=service, module=module, seen=seen)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_replaces_its_mechanism_and_no_other(control: str) -> None:
    for name, (service, module, seen) in SEEN.items():
        replaced = taken(control, service, module, seen) == "chaos.controls"
        assert replaced == (name == control)


def test_every_control_finds_what_it_replaces_in_every_service() -> None:
    program = "from chaos.controls import CONTROLS, take_away\nfor control in CONTROLS: take_away(control, {!r})"
    for service in SERVICES:
        command = [sys.executable, "-W", "ignore", "-c", program.format(service)]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_without_idempotence_a_repeated_request_is_another_one() -> None:
    asked = "shared.requests.Request('a' * 32, 'digest', 'r1').id"
    ids = taken("idempotence", "intake", "shared.requests", f"{asked} == {asked}, len({asked})")
    assert ids == "False 32"


def test_a_control_that_is_none_is_refused() -> None:
    with pytest.raises(NoSuchControl):
        take_away("luck", "intake")
