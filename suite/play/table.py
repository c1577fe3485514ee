"""The table at the end: one row a case."""

from rich.table import Table

from suite.play.story import yuan
from suite.play.verdict import Ending

HEADINGS = ("case", "serial 流水号", "status", "level", "clocks met", "clocks broken", "refund", "SMS", "as expected")


def of(endings: list[Ending]) -> Table:
    """Serial, level, clocks met or broken, refund, SMS delivered."""
    table = Table(title="投诉案例 · cases", title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in ("refund", "SMS") else "left")
    for end in endings:
        table.add_row(*_row(end))
    return table


def _row(end: Ending) -> tuple[str, ...]:
    return (
        end.case.id,
        str(end.complaint.get("serial_no", "-")),
        str(end.complaint.get("status", "-")) + (" (major)" if end.complaint.get("major") else ""),
        str(end.ladder.get("level", "-")),
        _kinds(end, "met"),
        _kinds(end, "broken"),
        yuan(end.paid_fen) if end.refunds else "-",
        str(end.delivered),
        "no" if end.faults else "yes",
    )


def _kinds(end: Ending, state: str) -> str:
    kinds = [clock["kind"] for clock in end.ladder.get("clocks", ()) if clock["state"] == state]
    return ", ".join(f"{kind} ×{kinds.count(kind)}" if kinds.count(kind) > 1 else kind for kind in dict.fromkeys(kinds))
