"""All policy files of the suite: which service reads which, and what must fit together, also across services. Pure."""

from collections.abc import Iterator
from pathlib import Path

from services.escalation import policies as escalation
from services.intake import policies as intake
from services.notify import policies as notify
from services.refund import policies as refund
from shared.policies import Fault, Fit, Policy, PolicySet, load

POLICIES: dict[str, tuple[Policy, ...]] = {
    "intake": intake.POLICIES,
    "escalation": escalation.POLICIES,
    "refund": refund.POLICIES,
    "notify": notify.POLICIES,
}


def rises_have_words(policies: PolicySet) -> Iterator[Fault]:
    """Each kind of clock that raises a case although no message could say why it rose."""
    named = policies["templates"].words.get("cause", {}).keys()
    for kind in sorted(policies["ladder"].raised_by - named):
        yield policies.fault("templates", ("words", "cause"), f"no word for a rise by {kind!r} of ladder.yml")


EACH = (*intake.FITS, *escalation.FITS, *refund.FITS, *notify.FITS, rises_have_words)
FITS: tuple[Fit, ...] = tuple(dict.fromkeys(EACH))  # what two services look at is told once


def all_policies() -> tuple[Policy, ...]:
    """Each policy once, by its file's name."""
    each = {policy.file: policy for policies in POLICIES.values() for policy in policies}
    return tuple(each[file] for file in sorted(each))


def load_all(folder: Path) -> PolicySet:
    """Every policy file of the folder, checked alone and together; PolicyFaults names all that is wrong."""
    return load(folder, all_policies(), FITS)
