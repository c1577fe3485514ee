"""What the judge says of a run that has been played, and what is printed and kept of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from chaos.breaking import Struck
from chaos.gathered import gathered, judged, keep
from chaos.haste import ABILITIES
from chaos.herd import Death
from chaos.judging.evidence import Conditions, Span
from chaos.judging.verdict import Verdict
from chaos.plan import Fault
from chaos.report import Faced, as_json, report
from chaos.run import Played
from suite.folder import RunFolder


@dataclass(frozen=True)
class Judged:
    """A run, what the judge says of it, and BOSS's journal."""

    played: Played
    verdict: Verdict
    boss: Sequence[Mapping[str, Any]]

    @property
    def green(self) -> bool:
        return self.verdict.green

    def shown(self) -> RenderableType:
        """For a console."""
        return Group(report(self.verdict, _faced(self.played)), Text(_beside(self.played)))

    def as_json(self) -> dict[str, Any]:
        """Everything that was asked for, done, seen and judged."""
        played = self.played
        return as_json(self.verdict, _faced(played)) | {
            "options": asdict(played.options),
            "policies": list(played.changed),
            "deaths": [asdict(death) for death in played.ended.deaths],
            "planned": [asdict(fault) for fault in played.planned],
            "struck": [_as_json(struck) for struck in played.ended.faults],
            "starts": played.ended.starts,
        }


def judge(played: Played) -> Judged:
    """Judges a run from its journals and keeps verdict and final answers beside them."""
    ended = played.ended
    evidence = gathered(RunFolder(played.folder), ended.answers, _conditions(played))
    found = Judged(played, judged(evidence, played.folder / "policies"), evidence.boss)
    keep(played.folder / "report.json", found.as_json())
    keep(played.folder / "answers.json", ended.answers)
    return found


def _as_json(struck: Struck) -> dict[str, Any]:
    return asdict(struck.fault) | {"began": struck.began.isoformat(), "ended": struck.ended.isoformat()}


def _conditions(played: Played) -> Conditions:
    ended = played.ended
    in_submit = sum(death.windows.get("submit", 0) for death in ended.deaths)
    of_refund = [death.windows for death in ended.deaths if death.target.startswith("refund-")]
    with_lines = sum(max(held.get("boss", 0), held.get("lease", 0)) for held in of_refund)
    spans = [(each.fault, (each.began, each.ended)) for each in ended.faults]
    return Conditions(
        in_submit + ended.unanswered,
        boss_settles=any(ABILITIES[played.options.boss].values()),
        boss_unanswered=ended.boss_unanswered,
        kills_with_lines=with_lines,
        never_quiet=ended.still_moving,
        fell=tuple(_fall(death) for death in ended.deaths if death.by == "itself"),
        database_away=tuple(span for fault, span in spans if fault.sort == "mongo"),
        broker_away=tuple(span for fault, span in spans if fault.sort == "broker"),
        notify_stood=_stood(spans, "notify-"),
        refund_stood=_stood(spans, "refund-"),
    )


def _stood(spans: Sequence[tuple[Fault, Span]], service: str) -> tuple[Span, ...]:
    return tuple(span for fault, span in spans if fault.sort == "stop" and fault.target.startswith(service))


def _fall(death: Death) -> str:
    return f"{death.target} ended by itself with {death.code} after {death.at:.1f} s of the run"


def _faced(played: Played) -> Faced:
    killed = [death for death in played.ended.deaths if death.by != "itself"]
    windows = Counter(window for death in killed for window in death.windows)
    faults = Counter[str](struck.fault.sort for struck in played.ended.faults)
    options, inside = played.options, sum(bool(death.windows) for death in killed)
    return Faced(options.seed, len(killed), inside, windows, faults, played.seconds, options.control)


def _beside(played: Played) -> str:
    killed = [death for death in played.ended.deaths if death.by != "itself"]
    aimed = sum(death.by == "point" for death in killed)
    fell = len(played.ended.deaths) - len(killed)
    lines = [f"{aimed} of {len(killed)} kills struck at their crash point, the others at their moment"]
    lines += [f"{played.ended.starts} processes started, {fell} ended by themselves"]
    return "\n".join([*lines, f"changed for this run: {'; '.join(played.changed)}", f"all of it is in {played.folder}"])
