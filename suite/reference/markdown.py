"""The few forms of Markdown that the reference is made of."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made from the code by `make docs`. Do not edit: change the code and make it again. -->"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell's own bars are escaped."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(*words: str) -> str:
    """`a`, `b`"""
    return ", ".join(f"`{word}`" for word in words)


def page(*blocks: str) -> str:
    """Blocks with an empty line between them; empty ones are left out."""
    return "\n\n".join(block for block in blocks if block) + "\n"


def sentence(docstring: str | None) -> str:
    """A docstring as one line."""
    return " ".join((docstring or "").split())
