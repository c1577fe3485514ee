"""The fold: how an event moves a complaint; each event's rule stands beside it. Pure."""

from dataclasses import replace
from datetime import datetime
from functools import singledispatch
from typing import Any

from services.intake.model import Complaint
from shared.aggregate import Stamp

Limits = dict[str, datetime]


@singledispatch
def moved(event: Any, _complaint: Complaint, _stamp: Stamp) -> Complaint:
    """The complaint after an event that is not its first; TypeError for one without a rule."""
    raise TypeError(f"no complaint is moved by {type(event).__name__}")


def started(complaint: Complaint, limits: Limits, ended: tuple[str, ...] = ()) -> Complaint:
    """With these clocks started: they replace whatever was known of their kinds; `ended` kinds are gone."""
    told = {kind: due_at for kind, due_at in complaint.ladder.limits.items() if kind not in (*limits, *ended)}
    kept = {kind: due_at for kind, due_at in complaint.limits.items() if kind not in ended}
    called_off = tuple(kind for kind in complaint.ladder.called_off if kind not in limits)
    return replace(
        complaint,
        limits=kept | limits,
        ladder=replace(complaint.ladder, limits=told, called_off=called_off),
        clocks_gone=(*complaint.clocks_gone, *ended),
        extended_to=None if "handling" in limits else complaint.extended_to,
    )
