"""Graver personal data in free text (PR6): found, counted, hidden; what is never stored is taken out (PR1). Pure.

Numbers with a check of their own are recognised by shared/graver_patterns.py; a policy adds patterns of other kinds.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.graver_patterns import ALREADY_MARKED, NARROW, NEVER_STORED, NUMBERS, SEPARATORS, WORTH_A_LOOK, Pattern

HIDDEN = "***"


@dataclass(frozen=True)
class Span:
    """One find: where in the text, and by which pattern."""

    start: int
    end: int
    pattern: Pattern


@dataclass(frozen=True)
class Graver:
    """What is looked for: the numbers above, and a policy's patterns."""

    more: tuple[Pattern, ...] = ()

    def counted(self, value: Any, beside: Callable[[], Any] = tuple) -> dict[str, int]:
        """How many of each kind stand in the texts of a JSON value, never which.

        A mobile number that is a text of its own, here or in `beside`, is the customer's and no find."""
        found = [
            (span.pattern.kind, each[span.start : span.end])
            for each in texts_in(value)
            for span in _spans(each, (*ALREADY_MARKED, *NEVER_STORED, *self.more, *NUMBERS))
        ]
        own = {*texts_in(value), *texts_in(beside())} if found else set()
        return dict(sorted(Counter(kind for kind, each in found if kind != "mobile" or each not in own).items()))

    def masked(self, value: Any) -> Any:
        """The JSON value with all that is hidden in its texts but a number's last digits; marks stay."""
        patterns = (*NEVER_STORED, *self.more, *NUMBERS)
        return over_texts(value, lambda text: _replaced(text, _spans(text, patterns), _masked))


def taken_out(value: Any) -> Any:
    """The JSON value with identity numbers and passwords replaced by marks, as it may be stored (PR1)."""
    return over_texts(value, lambda text: _replaced(text, _spans(text, NEVER_STORED), _marked))


def over_texts(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every text in it changed; names of fields stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: over_texts(inner, change) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [over_texts(inner, change) for inner in value]
    return value


def texts_in(value: Any) -> list[str]:
    """Every text in a JSON value."""
    found: list[str] = []
    over_texts(value, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return found


def _spans(text: str, patterns: Sequence[Pattern]) -> list[Span]:
    """The finds in order; what an earlier pattern has is not found again."""
    spans = list[Span]()
    if not WORTH_A_LOOK.search(text):
        return spans
    narrow = text.translate(NARROW)
    for pattern in patterns:
        for match in pattern.expression.finditer(narrow):
            start, end = match.span(1 if pattern.expression.groups else 0)
            taken = any(start < span.end and span.start < end for span in spans)
            if not taken and pattern.check(narrow[start:end]):
                spans.append(Span(start, end, pattern))
    return sorted(spans, key=lambda span: span.start)


def _replaced(text: str, spans: Sequence[Span], instead: Callable[[str, Pattern], str]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + instead(text[span.start : span.end], span.pattern) + text[span.end :]
    return text


def _masked(found: str, pattern: Pattern) -> str:
    return HIDDEN + _last(found, pattern)


def _marked(found: str, pattern: Pattern) -> str:
    last = _last(found, pattern)
    return f"{pattern.mark}****{last}〕" if last else str(pattern.mark)


def _last(found: str, pattern: Pattern) -> str:
    """The characters that stay: enough to tell two numbers apart."""
    written = found.translate(NARROW).translate(SEPARATORS).upper()
    return written[-pattern.keeps :] if pattern.keeps else ""
