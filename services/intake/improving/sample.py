"""Audited samples of a hall, and the score they make (KP4). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.aggregate import Kind, Stamp, private

FULL, UNRECORDED, NEITHER = 10, 5, 10


@dataclass(frozen=True)
class Finding:
    """One looked-at case: whether it was solved, and whether it was recorded (IN1)."""

    item: str
    solved: bool
    recorded: bool


@dataclass(frozen=True, kw_only=True)
class SampleAudited:
    """What an auditor found in a hall. `unrecorded`: solved but not recorded; `neither`: not even solved."""

    sample_id: str
    branch: str
    hall: str
    cases: int
    unrecorded: int
    neither: int
    findings: tuple[Finding, ...] = private()


@dataclass(frozen=True, kw_only=True)
class Sample(SampleAudited):
    """Nothing changes it: a further look is a further sample."""

    audited_at: datetime
    audited_by: str


@dataclass(frozen=True)
class HallScore:
    """A hall's samples of a period, added up."""

    branch: str
    hall: str
    samples: int
    cases: int
    unrecorded: int
    neither: int

    @property
    def score(self) -> int:
        """Of ten: five off for each solved but unrecorded, ten for each neither, never below nought (KP4)."""
        return max(0, FULL - UNRECORDED * self.unrecorded - NEITHER * self.neither)


def audited(sample_id: str, branch: str, hall: str, findings: tuple[Finding, ...]) -> SampleAudited:
    """The sample that these findings make."""
    unrecorded = sum(each.solved and not each.recorded for each in findings)
    neither = sum(not each.solved and not each.recorded for each in findings)
    told = {"cases": len(findings), "unrecorded": unrecorded, "neither": neither}
    return SampleAudited(sample_id=sample_id, branch=branch, hall=hall, findings=findings, **told)


def scores(samples: Iterable[Sample]) -> list[HallScore]:
    """One score a hall, the lowest first."""
    by_hall: dict[tuple[str, str], list[Sample]] = {}
    for each in samples:
        by_hall.setdefault((each.branch, each.hall), []).append(each)
    found = [HallScore(*place, len(of), *_sums(of)) for place, of in by_hall.items()]
    return sorted(found, key=lambda each: (each.score, each.branch, each.hall))


def _sums(samples: list[Sample]) -> tuple[int, int, int]:
    sums = [(each.cases, each.unrecorded, each.neither) for each in samples]
    cases, unrecorded, neither = (sum(column) for column in zip(*sums, strict=True))
    return cases, unrecorded, neither


def apply(_sample: Sample | None, event: Any, stamp: Stamp) -> Sample:
    """The sample that its only event makes."""
    return Sample(**vars(event), audited_at=stamp.at, audited_by=stamp.by.sub)


SAMPLES = Kind("samples", Sample, (SampleAudited,), apply)
