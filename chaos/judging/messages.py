"""SMS: what must go reached its phone, and nothing came of which nothing is known. Copies: chaos.judging.copies. Pure.

lost       it must go by the rulebook and no phone has it, although it is not held for the end of the quiet hours; or
           notify calls it delivered and no phone has it; or it failed, or is unknown without a reason
doubled    a phone has it more often than what it tells of happened; a finding unless it has its reason and is marked
unknown    its fate was unknown, it was sent again and came once: marked `may_be_repeated`; or it is care, which is not
           sent again, and lies on the list of what is unknown
otherwise  it tells of something that never happened; or notify still waits for its receipt, although the centre has
           none left to give: the receipt is lost"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chaos.judging.copies import KIND, copies
from chaos.judging.evidence import Evidence, moment
from chaos.judging.expected import MINE, TEMPLATES, Expecting, Phones, Wanted
from chaos.judging.outcome import Finding, Outcome, outcome
from chaos.judging.phones import Shown, Told, masked, read
from chaos.judging.reasons import Reasons
from chaos.judging.texts import Book

WAITS_FOR_RECEIPT, NEVER = "submitted", "failed"
NOT_REPEATED = "care"

Place = tuple[str, str, str]


def messages(evidence: Evidence, book: Book, phones: Phones) -> Iterator[Outcome]:
    """One outcome for each SMS that had to come, and one for each text that came too often or for nothing."""
    shown, told = [read(line, book) for line in evidence.smsc], Told(evidence)
    wanted = set(Expecting(evidence, book, phones).all())
    yield from _wanted(wanted, shown, told)
    reasons = Reasons(evidence)
    yield from filter(None, (_without_reason(each, reasons) for each in left_unknown(evidence)))
    yield from copies(evidence, shown, told, reasons)
    by_text = {one.template for one in wanted}
    yield from _nowhere(evidence, book, shown, by_text)
    yield from _for_nothing(set(Expecting(evidence, book, phones, just=True).all()), shown, _with_case(evidence))
    for each in evidence.final["messages"]:
        if each["status"] == WAITS_FOR_RECEIPT:
            yield _without_receipt(each)
        if each["status"] == NEVER and each["template"] not in by_text:
            yield outcome(KIND, _name(each), True, [Finding(KIND, "lost", _name(each), "on the phone", NEVER)])


def _wanted(wanted: set[Wanted], shown: Sequence[Shown], told: Told) -> Iterator[Outcome]:
    """Each that must be there; one that is not may be held, as often as some of its sort are."""
    there: dict[Place, list[Shown]] = defaultdict(list)
    for each in shown:
        there[each.to, each.template, each.serial_no].append(each)
    held = Counter[tuple[str, str, str | None]]()
    for one in sorted(wanted, key=lambda one: one.id):
        sort = one.to, one.template, one.complaint_id
        came = any(one.is_told_by(each) for each in there[one.to, one.template, one.serial_no])
        held[sort] += not came
        if came or held[sort] > told.held(one.template, one.to, one.complaint_id):
            yield _came(one, came, told.of(one.template, one.to, one.complaint_id))


def _came(wanted: Wanted, came: bool, known: Sequence[Mapping[str, Any]]) -> Outcome:
    findings = []
    unknown = any(each["may_be_repeated"] or _left_unknown(each) for each in known)
    if not came and not any(map(_left_unknown, known)):
        said = ", ".join(sorted({each["status"] for each in known})) or "notify knows none"
        findings.append(Finding(KIND, "lost", wanted.id, "on the phone", said))
    return outcome(KIND, wanted.id, bool(known), findings, unknown=unknown)


def left_unknown(evidence: Evidence) -> list[Mapping[str, Any]]:
    """Those of which nobody knows, and that rightly nobody sends again (policies/notify.yml, resends)."""
    return [each for each in evidence.final["messages"] if _left_unknown(each)]


def _left_unknown(message: Mapping[str, Any]) -> bool:
    return bool(message["status"] == "unknown" and message["class"] == NOT_REPEATED)


def _without_reason(message: Mapping[str, Any], reasons: Reasons) -> Outcome | None:
    """A finding where no answer to it can have been lost, and any could be stored."""
    if reasons.lost_answer() or reasons.not_stored(moment(message["created_at"])):
        return None
    finding = Finding(KIND, "lost", _name(message), "sent, or unknown for a reason", "unknown without any")
    return outcome(KIND, _name(message), True, [finding])


def _nowhere(evidence: Evidence, book: Book, shown: Sequence[Shown], by_text: set[str]) -> Iterator[Outcome]:
    """One for each sort of which notify says that more were delivered than any phone has, if nobody looked for them."""
    serials = {case["complaint_id"]: case["serial_no"] for case in evidence.final["cases"].values()}
    there = Counter((each.template, masked(each.to), each.serial_no) for each in shown)
    told = Counter[Place]()
    for each in evidence.final["messages"]:
        serial = serials.get(each["complaint_id"]) if book.names_complaint(each["template"]) else ""
        told[each["template"], each["to"], serial or ""] += each["status"] == "delivered" and serial is not None
    for (template, to, serial), times in told.items():
        if template not in by_text and (here := there[template, to, serial]) < times:
            name = f"{template} to {to} ({serial or 'no serial'})"
            yield outcome(KIND, name, True, [Finding(KIND, "lost", name, f"{times} on the phone, as told", str(here))])


def _for_nothing(allowed: set[Wanted], shown: Sequence[Shown], known: set[str]) -> Iterator[Outcome]:
    """One for each text that tells of what never happened: to a customer anything but his own, to staff a wrong word of
    a complaint that is known. Which of them hear of it is the ladder's choice."""
    reasons: dict[tuple[str, str], list[Wanted]] = defaultdict(list)
    for one in allowed:
        reasons[one.template, one.serial_no].append(one)
    for each in {(each.to, each.text): each for each in shown if each.template in TEMPLATES}.values():
        may = [one for one in reasons[each.template, each.serial_no] if each.template not in MINE or one.to == each.to]
        if (each.serial_no in known or not each.serial_no) and not any(one.is_told_by(each) for one in may):
            finding = Finding(KIND, "otherwise", each.id, "nothing: nothing of the sort happened", "it came")
            yield outcome(KIND, each.id, True, [finding])


def _with_case(evidence: Evidence) -> set[str]:
    """The serial numbers of which everything is known."""
    return {each["serial_no"] for each in evidence.final["cases"].values()}


def _without_receipt(message: Mapping[str, Any]) -> Outcome:
    name = _name(message)
    finding = Finding(KIND, "otherwise", name, "what its receipt said", "submitted, without a receipt")
    return outcome(KIND, name, True, [finding])


def _name(message: Mapping[str, Any]) -> str:
    return f"{message['template']} {message['message_id']}"
