"""What the judge says of a run that has been played, and what is printed and kept of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from chaos.gathered import gathered, judged, keep
from chaos.haste import ABILITIES
from chaos.judging.evidence import Conditions
from chaos.judging.verdict import Verdict
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
            "struck": [asdict(fault) for fault in played.ended.faults],
            "starts": played.ended.starts,
        }


def judge(played: Played) -> Judged:
    """Judges a run from its journals and keeps verdict and final answers beside them."""
    ended = played.ended
    in_submit = sum(death.windows.get("submit", 0) for death in ended.deaths)
    settles = any(ABILITIES[played.options.boss].values())
    conditions = Conditions(in_submit + ended.unanswered, settles, never_quiet=ended.still_moving)
    evidence = gathered(RunFolder(played.folder), ended.answers, conditions)
    found = Judged(played, judged(evidence, played.folder / "policies"), evidence.boss)
    keep(played.folder / "report.json", found.as_json())
    keep(played.folder / "answers.json", ended.answers)
    return found


def _faced(played: Played) -> Faced:
    killed = [death for death in played.ended.deaths if death.by != "itself"]
    windows = Counter(window for death in killed for window in death.windows)
    faults = Counter[str](fault.sort for fault in played.ended.faults)
    options = played.options
    return Faced(options.seed, len(killed), windows, faults, played.seconds, options.control)


def _beside(played: Played) -> str:
    killed = [death for death in played.ended.deaths if death.by != "itself"]
    inside = sum(bool(death.windows) for death in killed)
    aimed = sum(death.by == "point" for death in killed)
    fell = len(played.ended.deaths) - len(killed)
    lines = [f"{inside} of {len(killed)} kills found their process inside a critical window, {aimed} at a crash point"]
    lines += [f"{played.ended.starts} processes started, {fell} ended by themselves (no server to start with)"]
    return "\n".join([*lines, f"changed for this run: {'; '.join(played.changed)}", f"all of it is in {played.folder}"])
