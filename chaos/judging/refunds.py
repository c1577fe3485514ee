"""Refunds: what was approved stands in BOSS's journal once, to the fen; what was not, never. Pure.

lost       its last signature was acknowledged and BOSS has less than its lines, or an acknowledged claim, signature
           or rejection is nowhere
doubled    BOSS has more entries or more fen for a key or a number than the lines of what was approved
unknown    it was unknown on the way and then settled; or it waits for a person because BOSS can neither be asked nor
           honours keys (chaos.judging.parked): nobody knows what BOSS has, at most once all the same
otherwise  the refund service tells another amount or another end than BOSS has"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from typing import Any

from chaos.judging.evidence import Act, Evidence, Journey, Line
from chaos.judging.outcome import Finding, Outcome, outcome
from chaos.judging.signatures import signatures

KIND = "refunds"
ENDED = ("paid", "closed")
APPROVED = ("approved", "paying", "paid", "unknown", "failed", "closed")


def refunds(evidence: Evidence, parked: Set[str]) -> Iterator[Outcome]:
    """One outcome for each claim that was attempted, and one for each number that BOSS paid without any.

    `parked`: the ids of the refunds that wait for a person, and rightly (chaos.judging.parked)."""
    booked: dict[str, list[Line]] = defaultdict(list)
    for entry in evidence.boss:
        booked[entry["msisdn"]].append(entry)
    for journey in evidence.journeys:
        for claim in journey.named("refund.request"):
            entries = booked.pop(journey.msisdn, [])
            findings = list(_judged(evidence, journey, claim, entries, parked))
            yield outcome(KIND, claim.id, claim.acknowledged, findings, unknown=_was_unknown(evidence, journey))
    for entries in booked.values():
        nothing = Finding(KIND, "doubled", entries[0]["key"], "nothing: nobody claimed it", _shown(entries))
        yield outcome(KIND, entries[0]["key"], False, [nothing])


def lines_of(claim: Act) -> Counter[tuple[str, int]]:
    """What a claim pays: principal and equal award, or the principal, and an extra (RF3, RF5, RF16)."""
    principal = claim.about["principal_fen"]
    lines = Counter({("principal", principal): 1})
    if claim.about["ground"] == "double_refund":
        lines["award", principal] += 1
    if extra := claim.about.get("extra_fen"):
        lines["extra", extra] += 1
    return lines


def approved(journey: Journey, refund: Mapping[str, Any] | None) -> bool:
    """All signatures are there, as a caller was told; where the last answer never came, as is told at the end."""
    told = any(act.acknowledged and act.answer["status"] in APPROVED for act in journey.named("refund.approve"))
    return told or (refund is not None and refund["status"] in APPROVED)


def _judged(
    evidence: Evidence, journey: Journey, claim: Act, entries: list[Line], parked: Set[str]
) -> Iterator[Finding]:
    found = evidence.final["refunds"].get(journey.msisdn, [])
    refund = found[0] if found else None
    if claim.acknowledged and claim.answer["refund_id"] not in [each["refund_id"] for each in found]:
        yield Finding(KIND, "lost", claim.id, f"refund {claim.answer['refund_id']}, as acknowledged", "nobody finds it")
    if len(found) > 1:
        ids = ", ".join(each["refund_id"] for each in found)
        yield Finding(KIND, "doubled", claim.id, "one refund of one request", ids)
    expected = _payable(evidence, claim, refund) if approved(journey, refund) else Counter[tuple[str, int]]()
    name = refund["refund_id"] if refund else claim.id
    waits = name in parked
    yield from _against_boss(name, expected, entries, waits)
    if refund:
        yield from _told(evidence, name, refund, lines_of(claim), entries, waits)
        yield from signatures(journey, refund)


def _payable(evidence: Evidence, claim: Act, refund: Mapping[str, Any] | None) -> Counter[tuple[str, int]]:
    """The lines that BOSS must have; of a refund that BOSS refused, those that are told as paid."""
    if refund is None or refund["status"] != "failed" or not evidence.conditions.boss_refuses:
        return lines_of(claim)
    return Counter((line["kind"], line["amount_fen"]) for line in refund["lines"] if line["state"] == "paid")


def _against_boss(name: str, expected: Counter[tuple[str, int]], entries: list[Line], waits: bool) -> Iterator[Finding]:
    """`waits`: for a person, and rightly: nobody knows what BOSS has."""
    booked = Counter((entry["kind"], entry["amount_fen"]) for entry in entries)
    for kind in sorted({kind for kind, _ in expected | booked}):
        must = sum(fen * times for (each, fen), times in expected.items() if each == kind)
        times = sum(times for (each, _), times in booked.items() if each == kind)
        has = sum(entry["amount_fen"] for entry in entries if entry["kind"] == kind)
        lines = sum(count for (each, _), count in expected.items() if each == kind)
        if has > must or times > lines:
            yield Finding(KIND, "doubled", name, f"{lines} entry of {kind}, {must} fen", f"{times}, {has} fen")
        elif has < must and not waits:
            yield Finding(KIND, "lost", name, f"{lines} entry of {kind}, {must} fen", f"{times}, {has} fen")
    for key, times in Counter(entry["key"] for entry in entries).items():
        if times > 1 and booked == expected:
            yield Finding(KIND, "doubled", name, f"one entry under {key}", str(times))


def _told(
    evidence: Evidence,
    name: str,
    refund: Mapping[str, Any],
    lines: Counter[tuple[str, int]],
    entries: list[Line],
    waits: bool,
) -> Iterator[Finding]:
    """What the refund service says at the end, against the claim and BOSS."""
    said = Counter((line["kind"], line["amount_fen"]) for line in refund["lines"])
    if said != lines:
        yield Finding(KIND, "otherwise", name, f"lines {_lines(lines)}", f"lines {_lines(said)}")
    paid = sum(line["amount_fen"] for line in refund["lines"] if line["state"] == "paid")
    booked = sum(entry["amount_fen"] for entry in entries)
    if paid < booked == sum(kind[1] * times for kind, times in lines.items()) and not waits:
        yield Finding(KIND, "otherwise", name, f"{booked} fen told as paid, as BOSS has them", f"{paid} fen")
    ids = [event["event_id"] for event in evidence.events(name, "refund.refund_paid")]
    if paid == sum(line["amount_fen"] for line in refund["lines"]) and not (ids and refund["status"] in ENDED):
        yield Finding(KIND, "otherwise", name, "paid, and an event of it", f"{refund['status']}, {len(ids)} events")
    if len(ids) > 1:
        yield Finding(KIND, "doubled", name, "one event refund_paid", ", ".join(ids))


def _was_unknown(evidence: Evidence, journey: Journey) -> bool:
    found = evidence.final["refunds"].get(journey.msisdn, [])
    return any(
        each["status"] == "unknown" or evidence.events(each["refund_id"], "refund.refund_unknown") for each in found
    )


def _lines(lines: Counter[tuple[str, int]]) -> str:
    return ", ".join(f"{times} × {kind} {fen} fen" for (kind, fen), times in sorted(lines.items())) or "none"


def _shown(entries: list[Line]) -> str:
    return f"{len(entries)} entries, {sum(entry['amount_fen'] for entry in entries)} fen"
