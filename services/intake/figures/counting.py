"""Adding up: one complaint after the other into rates and counts. Pure; parts add up to the whole."""

from collections import Counter
from dataclasses import dataclass, field

from services.intake.figures.definitions import RATES
from services.intake.figures.standing import Period, Standing, standing

BRANDS = ("vip", "gotone", "ordinary")
UNCLASSIFIED = "unclassified"
COUNTS = ("ticket_types", "complaints", "channels", "leaves", "causes", "prohibitions", "open_late")


@dataclass
class Share:
    """Numerator and denominator."""

    numerator: int = 0
    denominator: int = 0

    def add(self, hit: bool) -> None:
        self.denominator += 1
        self.numerator += hit

    @property
    def percent(self) -> str | None:
        """With two decimals, half up; None of nothing. Whole numbers only, so that no digit ever wavers."""
        if not self.denominator:
            return None
        hundredths = (20_000 * self.numerator + self.denominator) // (2 * self.denominator)
        return f"{hundredths // 100}.{hundredths % 100:02}"


def _each_brand() -> dict[str, dict[str, Share]]:
    return {rate.name: {brand: Share() for brand in BRANDS} for rate in RATES if rate.by_brand}


@dataclass
class Tally:
    """The figures of one period. `majors_only`: for callers who see no others."""

    period: Period
    majors_only: bool = False
    rates: dict[str, Share] = field(default_factory=lambda: {rate.name: Share() for rate in RATES})
    by_brand: dict[str, dict[str, Share]] = field(default_factory=_each_brand)
    counts: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in COUNTS})
    seen: int = 0

    def add(self, trace: str) -> None:
        """One complaint, by its trace."""
        self.seen += 1
        known = standing(trace, self.period.end)
        if known is None or (self.majors_only and not known.now.get("major")):
            return
        if self.period.has(known.registered):
            self.counts["ticket_types"][known.now["ticket_type"]] += 1
            self._registered(known)
        if known.valid:
            self._valid(known)

    def _registered(self, known: Standing) -> None:
        if known.now["ticket_type"] == "complaint":
            self.counts["complaints"][known.now["status"] if not known.valid else "valid"] += 1
        if known.valid:
            self.counts["channels"][known.now["channel"]] += 1
            self.counts["leaves"][known.now["category"]] += 1
            if prohibition := known.now.get("prohibition"):
                self.counts["prohibitions"][str(prohibition)] += 1

    def _valid(self, known: Standing) -> None:
        for rate in RATES:
            for hit in rate.units(known, self.period):
                self.rates[rate.name].add(hit)
                if rate.by_brand:
                    self.by_brand[rate.name][known.now["brand"]].add(hit)
        if self.period.has(known.now.get("archived")):
            self.counts["causes"][known.now.get("cause_kind") or UNCLASSIFIED] += 1
        if known.now["status"] == "open" and known.handling and self.period.has(known.handling[-1].due):
            self.counts["open_late"][known.now["brand"]] += 1
