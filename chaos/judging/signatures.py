"""Signatures of refunds: each that was acknowledged stands on the refund once, each rejection has ended it. Pure."""

from collections import Counter
from collections.abc import Iterator

from chaos.judging.evidence import Act, Journey, Line
from chaos.judging.outcome import Finding

KIND = "refunds"


def signatures(journey: Journey, refund: Line) -> Iterator[Finding]:
    """What is wrong with the signatures of a journey's refund, as it is told at the end."""
    acts = journey.named("refund.approve")
    sure, possible = Counter(_who(acts, sure=True)), Counter(_who(acts, sure=False))
    seen = Counter(each["by"] for each in refund["approvals"])
    name = refund["refund_id"]
    for by in sorted(sure | seen):
        if seen[by] < sure[by]:
            yield Finding(KIND, "lost", name, f"the signature of {by}, as acknowledged", f"{seen[by]} there")
        elif seen[by] > possible[by]:
            yield Finding(KIND, "doubled", name, f"at most {possible[by]} signature of {by}", f"{seen[by]} there")
    ended = (refund["ended"] or {}).get("by")
    for act in journey.named("refund.reject"):
        if act.acknowledged and ended != act.who:
            yield Finding(KIND, "lost", name, f"rejected by {act.who}, as acknowledged", f"{refund['status']}")


def _who(acts: list[Act], *, sure: bool) -> list[str]:
    return [act.who for act in acts if act.acknowledged or not (sure or act.sure)]
