"""What a run prints and keeps: one table, every finding as a sentence, and the same as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chaos.judging.outcome import KINDS, Count
from chaos.judging.verdict import Lateness, Verdict

COLUMNS = ("attempted", "acknowledged", "ok", "lost", "doubled", "unknown", "early", "otherwise")
HEADINGS = {"unknown": "unknown, then settled", "otherwise": "other wrong"}
NO_SUCH = "–"


@dataclass(frozen=True)
class Faced:
    """What the run did to the suite. inside: kills that landed inside critical windows; windows: those by the window's
    name, where one kill may count in several."""

    seed: int
    kills: int = 0
    inside: int = 0
    windows: Mapping[str, int] | None = None
    faults: Mapping[str, int] | None = None
    seconds: float = 0.0
    control: str = ""


def report(verdict: Verdict, faced: Faced) -> RenderableType:
    """For a console: figures of the run, the table, what may double, lateness, findings."""
    beneath = _beneath(verdict), _lateness(verdict), _findings(verdict, faced)
    return Group(_run(verdict, faced), _table(verdict.counts), *beneath)


def as_json(verdict: Verdict, faced: Faced) -> dict[str, Any]:
    """The same as JSON values."""
    run = {
        "seed": faced.seed,
        "kills": faced.kills,
        "kills_inside_critical_windows": faced.inside,
        "windows": dict(faced.windows or {}),
        "faults": dict(faced.faults or {}),
        "seconds": round(faced.seconds, 1),
        "control": faced.control,
    }
    return run | verdict.shown()


def _run(verdict: Verdict, faced: Faced) -> Text:
    lines = [f"seed {faced.seed}" + (f", control: {faced.control} is off" if faced.control else "")]
    lines.append(f"kills {faced.kills}, inside critical windows {faced.inside}{_by_name(faced.windows)}")
    if faced.faults:
        lines.append(f"other faults {sum(faced.faults.values())}{_by_name(faced.faults)}")
    lines.append(f"redeliveries seen {verdict.redeliveries}, {faced.seconds:.0f} s")
    return Text("\n".join(lines))


def _by_name(times: Mapping[str, int] | None) -> str:
    shown = ", ".join(f"{name} {count}" for name, count in sorted((times or {}).items()) if count)
    return f" ({shown})" if shown else ""


def _table(counts: Mapping[str, Count]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=0, collapse_padding=True, pad_edge=False)
    table.add_column("")
    for column in COLUMNS:
        table.add_column(HEADINGS.get(column, column), justify="right", min_width=len(column))
    for kind in KINDS:
        shown = [str(getattr(counts[kind], column)) for column in COLUMNS]
        if kind != "clocks":
            shown[COLUMNS.index("early")] = NO_SUCH
        table.add_row(kind, *shown)
    return table


def _beneath(verdict: Verdict) -> Text:
    """What bounds the SMS that came twice, and what of the unknown is left to people."""
    lines = [f"SMS whose answer died with its process, or that the centre never answered: {verdict.answers_lost}"]
    if verdict.not_stored:
        lines.append(f"SMS beyond these that came while MongoDB was away or notify stood still: {verdict.not_stored}")
    if verdict.left_unknown:
        lines.append(
            f"care SMS of which nobody knows whether they came, and that are not sent again: {verdict.left_unknown}"
        )
    if verdict.waiting:
        lines.append(f"refunds that wait for a person, as BOSS can neither be asked nor knows keys: {verdict.waiting}")
    return Text("\n".join(lines))


def _lateness(verdict: Verdict) -> Text:
    late, undisturbed = verdict.lateness, verdict.undisturbed
    if not late.fired:
        return Text("no clock fired")
    told = f"clocks fired {late.fired}, late by {_spread(late)} of machine time"
    apart = f"\n{undisturbed.fired} of them while MongoDB and broker were there: {_spread(undisturbed)}"
    return Text(told + (apart if undisturbed.fired < late.fired else ""))


def _spread(late: Lateness) -> str:
    return f"p50 {late.p50:.3f} s, p99 {late.p99:.3f} s, max {late.longest:.3f} s"


def _findings(verdict: Verdict, faced: Faced) -> Text:
    if verdict.green:
        idle = "\nNo kill hit anything in hand: this shows little." if faced.kills and not faced.inside else ""
        return Text(f"GREEN: nothing lost, nothing doubled, nothing early.{idle}")
    sentences = [f"{number}. {finding}" for number, finding in enumerate(verdict.findings, 1)]
    return Text("\n".join([f"RED, findings: {len(sentences)}", *sentences]))
