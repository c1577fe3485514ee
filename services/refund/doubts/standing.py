"""What stands unknown of a refund: each doubt with the line that it is of, named by BOSS's key. Pure.

Two may stand at once: of the present line, and of lines that were over when a sending of theirs left too late."""

from dataclasses import dataclass

from services.refund.doubts.doubt import Doubt
from services.refund.doubts.errors import NothingUnknown, WhichLine
from services.refund.lines import Line, key_of
from services.refund.model import Refund


@dataclass(frozen=True)
class Standing:
    """One thing that nobody knows. `late`: whether of a line that was over; else of the present one."""

    doubt: Doubt
    line: Line
    key: str
    late: bool = False


def standing(refund: Refund) -> tuple[Standing, ...]:
    """All that is unknown of it, the oldest first."""
    found = [_standing(refund, refund.doubt, refund.present_line)] if refund.doubt else []
    if refund.late:
        found += [_standing(refund, refund.late, line, late=True) for line in late_lines(refund)]
    return tuple(sorted(found, key=lambda each: each.doubt.since))


def _standing(refund: Refund, doubt: Doubt, line: Line, late: bool = False) -> Standing:
    return Standing(doubt, line, key_of(refund.refund_id, line), late)


def late_lines(refund: Refund) -> tuple[Line, ...]:
    """The lines that its late doubt is of; one that was stored before keys were kept is found by its kind."""
    if refund.late is None:
        return ()
    known = {key_of(refund.refund_id, line): line for line in refund.lines}
    named = tuple(known[key] for key in refund.late.keys if key in known)
    return named or tuple(line for line in refund.lines if line.kind == refund.late.kind)[:1]


def chosen(refund: Refund, key: str | None) -> Standing | None:
    """What a person means who looked this line up: the one thing unknown of it, the present line's first.

    None where nothing is unknown. Raises WhichLine where several lines are and he names none, NothingUnknown where he
    names another one."""
    found = standing(refund)
    keys = sorted({each.key for each in found})
    if key is None and len(keys) > 1:
        raise WhichLine(refund.refund_id, keys)
    mine = sorted((each for each in found if key in (None, each.key)), key=lambda each: each.late)
    if not mine and key is not None and not names_refused(refund, key):
        raise NothingUnknown(refund.refund_id, key, keys)
    return mine[0] if mine else None


def names_refused(refund: Refund, key: str | None) -> bool:
    """Whether the key is that of the line which BOSS refused; no key names whatever there is."""
    return key is None or (refund.status == "failed" and key == key_of(refund.refund_id, refund.present_line))
