"""SMS: what must go reached its phone, and nothing came of which nothing is known. Copies: chaos.judging.copies. Pure.

lost       it must go by the rulebook and no phone has it, although it is not held for the end of the quiet hours; or
           notify calls it delivered and no phone has it; or it failed or expired, or is unknown without a reason
doubled    a phone has it more often than what it tells of happened; a finding unless it has its reason and is marked
unknown    its fate was unknown, it was sent again and came once: marked `may_be_repeated`; or it is care, which is not
           sent again, and lies on the list of what is unknown
otherwise  it tells of something that never happened or of a complaint that nobody knows, or is no text of ours; or
           notify still waits for its receipt, although the centre has none left to give: the receipt is lost"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chaos.judging.accounts import Accounts, Place, left_unknown
from chaos.judging.copies import KIND, copies
from chaos.judging.evidence import Evidence
from chaos.judging.expected import MINE, TEMPLATES, Expecting, Phones, Wanted
from chaos.judging.outcome import Finding, Outcome, outcome
from chaos.judging.phones import Shown, Told, masked, read
from chaos.judging.reasons import Reasons
from chaos.judging.strangers import known
from chaos.judging.texts import Book


def messages(evidence: Evidence, book: Book, phones: Phones) -> Iterator[Outcome]:
    """One outcome for each SMS that had to come, and one for each text that came too often or for nothing."""
    shown, told = [read(line, book) for line in evidence.smsc], Told(evidence)
    wanted, reasons = set(Expecting(evidence, book, phones).all()), Reasons(evidence)
    accounts = Accounts(evidence, book, {(one.template, masked(one.to), one.serial_no) for one in wanted})
    yield from _wanted(wanted, shown, told)
    yield from accounts.unknown(reasons)
    yield from copies(evidence, shown, told, reasons)
    yield from accounts.nowhere(shown)
    yield from accounts.ended()
    yield from _for_nothing(set(Expecting(evidence, book, phones, just=True).all()), shown, _with_case(evidence))
    yield from _of_nobody(evidence, shown)


def _wanted(wanted: set[Wanted], shown: Sequence[Shown], told: Told) -> Iterator[Outcome]:
    """Each that must be there; one that is not may be held, as often as some of its sort are."""
    there: dict[Place, list[Shown]] = defaultdict(list)
    for each in shown:
        there[each.template, each.to, each.serial_no].append(each)
    held = Counter[tuple[str, str, str | None]]()
    for one in sorted(wanted, key=lambda one: one.id):
        sort = one.to, one.template, one.complaint_id
        came = any(one.is_told_by(each) for each in there[one.template, one.to, one.serial_no])
        held[sort] += not came
        if came or held[sort] > told.held(one.template, one.to, one.complaint_id):
            yield _came(one, came, told.of(one.template, one.to, one.complaint_id))


def _came(wanted: Wanted, came: bool, known: Sequence[Mapping[str, Any]]) -> Outcome:
    findings = []
    unknown = any(each["may_be_repeated"] or left_unknown(each) for each in known)
    if not came and not any(map(left_unknown, known)):
        said = ", ".join(sorted({each["status"] for each in known})) or "notify knows none"
        findings.append(Finding(KIND, "lost", wanted.id, "on the phone", said))
    return outcome(KIND, wanted.id, bool(known), findings, unknown=unknown)


def _for_nothing(allowed: set[Wanted], shown: Sequence[Shown], known: set[str]) -> Iterator[Outcome]:
    """One for each text that tells of what never happened: to a customer anything but his own, to staff a wrong word of
    a complaint that is known. Which of them hear of it is the ladder's choice."""
    reasons: dict[tuple[str, str], list[Wanted]] = defaultdict(list)
    for one in allowed:
        reasons[one.template, one.serial_no].append(one)
    for each in {(each.to, each.text): each for each in shown if each.template in TEMPLATES}.values():
        may = [one for one in reasons[each.template, each.serial_no] if each.template not in MINE or one.to == each.to]
        if (each.serial_no in known or not each.serial_no) and not any(one.is_told_by(each) for one in may):
            yield _came_for(each, "nothing: nothing of the sort happened")


def _of_nobody(evidence: Evidence, shown: Sequence[Shown]) -> Iterator[Outcome]:
    """One for each text that no template makes, or with a serial number that nobody finds."""
    serials = known(evidence, "serial_no") | {""}
    for each in {(each.to, each.text): each for each in shown}.values():
        if not each.template or each.serial_no not in serials:
            yield _came_for(each, "a text of ours, of a complaint that somebody finds")


def _came_for(shown: Shown, expected: str) -> Outcome:
    return outcome(KIND, shown.id, True, [Finding(KIND, "otherwise", shown.id, expected, "it came")])


def _with_case(evidence: Evidence) -> set[str]:
    """The serial numbers of which everything is known."""
    return {each["serial_no"] for each in evidence.final["cases"].values()}
