"""SMS: what must go reached its phone, and no phone got the same text for the same event more often than once. Pure.

lost       it must go by the rulebook and no phone has it, although it is not held for the end of the quiet hours
doubled    a phone has the same text more often than events of its sort happened. After a kill between submit and its
           stored answer nobody knows whether the centre has it: so many may come twice, if notify marks them. So
           may one that came while its answer could not be stored: MongoDB was away, or notify stood still
unknown    its fate was unknown, it was sent again and came once: marked `may_be_repeated`
otherwise  notify still waits for its receipt, although the centre has none left to give: the receipt is lost"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chaos.judging.evidence import BACK, Evidence, Line, moment
from chaos.judging.expected import Expecting, Phones, Wanted
from chaos.judging.outcome import Finding, Outcome, outcome
from chaos.judging.texts import SHANGHAI, Book

KIND = "SMS"
DAILY = "service_group_digest"
WAITS_FOR_RECEIPT = "submitted"
ANSWER = timedelta(seconds=11)  # an answer may take so long, and then its storing begins
INSTEAD = {  # the same words each time the customer had his care message of the month already (NT8)
    "call_for_progress": ("progress", ("escalated", "complaint_transferred")),
    "call_for_survey": ("survey", ("complaint_replied",)),
}


@dataclass(frozen=True)
class Shown:
    """One SMS on a phone, read."""

    to: str
    text: str
    template: str
    words: Mapping[str, str]
    at: datetime
    day: str = ""

    @property
    def serial_no(self) -> str:
        return self.words.get("serial_no", "")


def messages(evidence: Evidence, book: Book, phones: Phones) -> Iterator[Outcome]:
    """One outcome for each SMS that had to come, and one for each text that came too often."""
    shown = [_read(line, book) for line in evidence.smsc]
    told, surplus = _Told(evidence), _surplus(evidence, shown)
    by_place: dict[tuple[str, str, str], list[Shown]] = defaultdict(list)
    for each in shown:
        by_place[each.to, each.template, each.serial_no].append(each)
    left = evidence.conditions.kills_in_submit
    wanted = set(Expecting(evidence, book, phones).all())
    for one in sorted(wanted, key=lambda one: one.id):
        if not told.held(one):
            yield _came(one, by_place[one.to, one.template, dict(one.words).get("serial_no", "")], told)
    for example, copies, excused in surplus:
        within, left = excused or left > 0, left - (not excused)
        yield _twice(example, copies, told, within=within)
    for each in evidence.final["messages"]:
        if each["status"] == WAITS_FOR_RECEIPT:
            yield _without_receipt(each)


def _read(line: Line, book: Book) -> Shown:
    template, words = book.read(line["text"])
    day = str(moment(line["at"]).astimezone(SHANGHAI).date()) if template == DAILY else ""
    return Shown(line["to"], line["text"], template, words, moment(line["at"]), day)


def _came(wanted: Wanted, shown: list[Shown], told: "_Told") -> Outcome:
    there = any(all(each.words.get(name) == value for name, value in wanted.words) for each in shown)
    known = told.of(wanted.template, wanted.to, wanted.complaint_id)
    findings = []
    if not there:
        said = ", ".join(sorted({each["status"] for each in known})) or "notify knows none"
        findings.append(Finding(KIND, "lost", wanted.id, "on the phone", said))
    return outcome(KIND, wanted.id, bool(known), findings, unknown=any(each["may_be_repeated"] for each in known))


def _surplus(evidence: Evidence, shown: list[Shown]) -> list[tuple[Shown, int, bool]]:
    """Each text that a phone has too often, once for each surplus copy, and whether that one had its reason in what
    kept the answer to the one before from being stored."""
    copies: dict[tuple[str, str, str], list[Shown]] = defaultdict(list)
    for each in shown:
        copies[each.to, each.text, each.day].append(each)
    causes = _causes(evidence, shown)
    found = []
    for same in copies.values():
        cause = same[0].serial_no, same[0].template
        if same[0].template not in INSTEAD or cause in causes:
            surplus = len(same) - max(1, causes[cause])
            excused = sum(_not_stored(evidence, each.at) for each in same[:-1])
            found += [(same[0], len(same), number < excused) for number in range(surplus)]
    return found


def _not_stored(evidence: Evidence, at: datetime) -> bool:
    """The answer to what came at this business time could not be stored."""
    machine, conditions = evidence.timeline.machine(at), evidence.conditions
    away = [(began, ended + BACK) for began, ended in conditions.database_away]
    return any(began - ANSWER <= machine <= ended for began, ended in (*away, *conditions.notify_stood))


def _causes(evidence: Evidence, shown: list[Shown]) -> Counter[tuple[str, str]]:
    """How often, by serial number, something happened that the same words tell each time."""
    happened = Counter[tuple[str, str]]()
    for complaints in evidence.final["complaints"].values():
        for complaint in complaints:
            if (case := evidence.final["cases"].get(complaint["complaint_id"])) is None:
                continue  # how often it rose is not known
            names = [entry["event"] for entry in complaint["history"]] + [step["step"] for step in case["steps"]]
            for template, (_, events) in INSTEAD.items():
                happened[complaint["serial_no"], template] += sum(name in events for name in names)
    for template, (customers, _) in INSTEAD.items():
        for serial in {each.words["serial_no"] for each in shown if each.template == customers}:
            if (serial, template) in happened:
                happened[serial, template] -= 1  # of this one the customer was told
    return happened


def _twice(example: Shown, copies: int, told: "_Told", within: bool) -> Outcome:
    """One surplus copy: within the kills that landed in the submit window, and marked, it is no finding."""
    name = f"{example.template or 'an unknown text'} to {example.to[:3]}****{example.to[-4:]}"
    name += f" ({example.serial_no or example.day or 'no serial'})"
    marked = any(each["may_be_repeated"] for each in told.of(example.template, example.to, None))
    if within and marked:
        return Outcome(KIND, name, True, "doubled")
    why = "" if marked else ", and notify marks none as repeated"
    return outcome(KIND, name, True, [Finding(KIND, "doubled", name, "once", f"{copies} times{why}")])


def _without_receipt(message: Mapping[str, Any]) -> Outcome:
    name = f"{message['template']} {message['message_id']}"
    finding = Finding(KIND, "otherwise", name, "what its receipt said", "submitted, without a receipt")
    return outcome(KIND, name, True, [finding])


class _Told:
    """What notify tells of its messages, by template and masked number."""

    def __init__(self, evidence: Evidence) -> None:
        self._until = moment(evidence.final["until"])
        self._messages: dict[tuple[str, str, str | None], list[Mapping[str, Any]]] = defaultdict(list)
        for each in evidence.final["messages"]:
            for complaint_id in {each["complaint_id"], None}:
                self._messages[each["template"], each["to"], complaint_id].append(each)

    def of(self, template: str, to: str, complaint_id: str | None) -> list[Mapping[str, Any]]:
        """The messages of this template to this number, of a complaint where one is named."""
        return self._messages[template, f"{to[:3]}****{to[-4:]}", complaint_id]

    def held(self, wanted: Wanted) -> bool:
        """It waits for the end of the quiet hours, which has not come (NT2)."""
        known = self.of(wanted.template, wanted.to, wanted.complaint_id)
        return any(
            each["status"] == "held" and each["hold_until"] and moment(each["hold_until"]) > self._until
            for each in known
        )
