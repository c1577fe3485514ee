"""Spans of time on the command line: 90s, 30min, 3h, 2d, 1d12h."""

import re
from datetime import timedelta

UNITS = {"d": "days", "h": "hours", "min": "minutes", "m": "minutes", "s": "seconds"}
PART = re.compile(r"(\d+(?:\.\d+)?)(d|h|min|m|s)")


def parse_span(text: str) -> timedelta:
    """The span that a text names. Raises ValueError."""
    parts = PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no span of time: write it as 90s, 30min, 3h, 2d or 1d12h")
    try:
        return sum((timedelta(**{UNITS[unit]: float(number)}) for number, unit in parts), timedelta(0))
    except OverflowError:
        raise ValueError(f"{text!r} is too long") from None
