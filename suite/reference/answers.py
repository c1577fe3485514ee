"""What methods answer, from answers that were really given."""

from collections.abc import Iterable
from typing import Any

from suite.reference.books import BOOKS
from suite.reference.shapes import fields
from suite.reference.sorts import methods_answering
from suite.rehearsal.everything import everything

ONLY_WHOLE = ("contacts", "proposals", "follow_ups", "reply", "history", "tasks")
PULSE = """### pulse

`{service, at, outbox, outbox_age_s, due, waking, next_due_at, next_wake_at, skew_ms, duplicates, in_hand}`: business
time, documents with events not yet on the bus, for how many seconds the oldest of them has waited, documents whose
time has come, documents that wake within seconds, the next due time (business) and the next waking (machine), how far
its clock is off the database's, how often an event came again that was handled less than a day before (all processes
together; none has a second effect), how many events the answering process is handling."""
FIGURES = """Each of `figures` is `{numerator, denominator, percent, rule, zh, en}` (`on_time` also `by_brand`),
each of `leaves` and `causes` `{code, name, count}`, most frequent first. `open_late`: limits of the period that ran
out with the complaint still open at its end. `closed`: the same digits come whenever the period is asked for again.
Where `after` is not null the answer is partial: ask again with it and with `to` = `as_of`, and add up."""
SIMULATION = """### simulation

`{cases, clocks, complaints, reached, worse, read, of, drafts, after}`, partial sums over the cases of the page:
those of all pages are added up name by name. `clocks`: group (all, branch, brand, level) → value → kind →
`{recorded: {met, …}, draft: {met, …}, worse, better}`, the limits by how they ended and would have ended.
`complaints`: group → value → `{cases, worse, better, same}`. `reached`: `{recorded, draft}` → level → cases.
`worse`: up to 20 complaints by name. `read`: cases looked at, `of`: cases there are. `drafts`: their versions."""
UNKNOWN = """Oldest first. `age_s`: seconds of business time; `settled_by`: boss, which can be asked now (`refund.ask`),
or a person (`refund.settle`). Beside `items`: `slow` `{count, since, age_s}`, refunds approved or being paid for
longer than `unknown.slow_after_minutes` (refunds.yml), as in refund's pulse."""
Answers = list[dict[str, Any]]


def answers() -> list[str]:
    """One table a sort of answer."""
    whole = _of("complaint, whole")
    complaints = _of("complaint") + whole
    return [
        "A list answers `{items, after}`; `after` in the next request gives the next page, null ends it.",
        *_told("complaint", "`customer` is masked for those who do not work on it.", complaints, ONLY_WHOLE),
        *_told("complaint, whole", "What `intake.get` adds.", [_only(each, ONLY_WHOLE) for each in whole]),
        "### facts",
        "As in [messages](messages.md#intake), without `change`.",
        *_told("figures", FIGURES, _of("figures")),
        *_told("measure", "`untold` counts the customers who have yet to hear of it (CR2).", _of("measure")),
        *_told("suggestion", "`measures` are those that follow from it.", _of("suggestion")),
        *_told("lesson", "", _items("page of lessons")),
        *_told("key case", "", _items("page of key cases")),
        *_told("hall score", "`sample_id` only in `intake.audit_sample`.", _of("hall score")),
        *_told("case", "", _of("case")),
        *_told("what fires", "`new`: a clock that starts only by a rise.", _items("page of what fires, and `until`")),
        *_told("incident", "`count` complaints belong to it now; `members` are the oldest of them.", _of("incident")),
        *_told("explanation", "", _of("explanation")),
        SIMULATION,
        *_told("refund", "`needs` is the level that signs next.", _of("refund")),
        *_told("unknown", UNKNOWN, _items("page of what is unknown")),
        *_told("ledger", "Accounts in fen; together they hold nothing.", _of("ledger")),
        *_told("quote", "", _of("quote")),
        *BOOKS,
        *_told("dead letter", "`edit`: a version that waits for a second person.", _of("dead letter")),
        *_told("message without an outcome", "Oldest first.", _items("page of messages without an outcome")),
        *_told("message", "`text` only in `notify.get`.", _of("message")),
        PULSE,
    ]


def _of(sort: str) -> Answers:
    """Every answer of that sort that was given in the rehearsal."""
    given = everything().answers
    return [answer for method in methods_answering(sort) for answer in given[method]]


def _items(sort: str) -> Answers:
    """The items of every such page that was given."""
    return [item for page in _of(sort) for item in page["items"]]


def _only(answer: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: answer[name] for name in names}


def _told(name: str, note: str, found: Answers, without: tuple[str, ...] = ()) -> list[str]:
    return [f"### {name}", note, fields(found, without)]
