"""Printed papers: HTML for A4 in Chinese from templates in `papers/` folders. Nothing is fetched from elsewhere.

`intake/receipt.html` is services/intake/papers/receipt.html; names without a folder are the pieces all papers share:
`base.html` (extend it; blocks title, heading and content) and `pieces.html` (macros facts, table, signature).
Every value is escaped, and one that is missing stops the paper instead of leaving a gap in it."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from shared.calendar import SHANGHAI

FOLDER = "papers"
SHARED = Path(__file__).with_name(FOLDER)
SERVICES = Path(__file__).resolve().parents[1] / "services"
NOTHING = "—"
FEN_A_YUAN = 100


def render(template_name: str, **values: Any) -> str:
    """The paper as one HTML text. Raises jinja2.UndefinedError where the template uses what was not given."""
    return _environment().get_template(template_name).render(**values)


def yuan(fen: int | None) -> str:
    """Whole fen as yuan: `1,234.50元`; a dash for None."""
    if fen is None:
        return NOTHING
    whole, rest = divmod(abs(fen), FEN_A_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}元"


def moment(at: datetime | str | None) -> str:
    """A time (ISO text too) to the minute in Shanghai: `2026-11-23 09:05`; a dash for None."""
    return f"{_local(at):%Y-%m-%d %H:%M}" if at is not None else NOTHING


def day(at: date | datetime | str | None) -> str:
    """The day in Chinese: `2026年11月23日`; of a time the day in Shanghai; a dash for None."""
    if at is None:
        return NOTHING
    on = at if isinstance(at, date) and not isinstance(at, datetime) else _local(at)
    return f"{on.year}年{on.month}月{on.day}日"


def said(value: Any) -> Any:
    """The value; a dash for None and for an empty text."""
    return NOTHING if value is None or value == "" else value


def _local(at: date | datetime | str) -> datetime:
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ValueError("a time on paper needs its offset from UTC")
    return at.astimezone(SHANGHAI)


@cache
def _environment() -> Environment:
    services = {folder.parent.name: FileSystemLoader(folder) for folder in SERVICES.glob(f"*/{FOLDER}")}
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(SHARED), PrefixLoader(services)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"yuan": yuan, "moment": moment, "day": day, "said": said}
    return environment
