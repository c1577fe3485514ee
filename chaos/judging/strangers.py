"""What was told before it was stored, or of what was lost since: news of documents that nobody knows. Pure."""

from collections.abc import Iterator

from chaos.judging.evidence import Evidence
from chaos.judging.outcome import Finding

KNOWN = "a document that somebody knows in the end"


def strangers(evidence: Evidence) -> Iterator[Finding]:
    """One for each complaint or refund that anybody on the bus heard of and nobody finds."""
    for document in sorted(evidence.heard_of.keys() - known(evidence, "complaint_id") - known(evidence, "refund_id")):
        heard = ", ".join(sorted(evidence.heard_of[document]))
        yield Finding("run", "otherwise", document, KNOWN, f"events {heard}")


def known(evidence: Evidence, name: str) -> set[str]:
    """Each complaint_id, refund_id or serial_no told at the end, or to a caller: these are missed as lost elsewhere."""
    final = evidence.final
    there = (each for kind in ("complaints", "refunds") for found in final[kind].values() for each in found)
    told = (act.answer for journey in evidence.journeys for act in journey.acts if act.acknowledged)
    return {each[name] for each in (*there, *told) if name in each}
