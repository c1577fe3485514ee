"""The playbook: advice for kinds of customers, scenes and leaves, and the words to avoid (PB1 to PB6). Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from services.intake.vocabulary import CustomerKind, WordKind

ANY_LEAF = "any"
VERSION_DIGITS = 8
UNTIL_JUDGED: WordKind = "admission"


@dataclass(frozen=True)
class Advice:
    """How to meet one kind of customer (PB1), or a scene (PB4); `warning`: words read out where a scene has them."""

    name: str
    steps: tuple[str, ...]
    signs: str | None = None
    warning: str | None = None


@dataclass(frozen=True)
class Avoided:
    """Words that belong in no answer (PB2, PB6), why, and what to say instead."""

    kind: WordKind
    words: tuple[str, ...]
    why: str
    instead: str


@dataclass(frozen=True)
class Used:
    """Good words, and when they fit (PB2)."""

    when: str
    words: str


@dataclass(frozen=True)
class Entry:
    """Knowledge on a leaf (PB3); one wording for all who answer (PB5)."""

    id: str
    leaf: str
    title: str
    cause: str
    checks: tuple[str, ...]
    steps: tuple[str, ...]
    wording: str

    @property
    def version(self) -> str:
        """The wording's version, made of its text: nobody can change the one without the other."""
        return hashlib.sha256(self.wording.encode()).hexdigest()[:VERSION_DIGITS]


@dataclass(frozen=True)
class Hit:
    """A word to avoid as the text has it, where it stands (places from 0), why to avoid it, what to say instead."""

    kind: WordKind
    word: str
    begin: int
    end: int
    why: str
    instead: str


@dataclass(frozen=True)
class Playbook:
    """The whole of it. `held_back`: kinds of words with which a reply is not sent unseen (PB2)."""

    customers: Mapping[CustomerKind, Advice]
    avoid: tuple[Avoided, ...]
    use: tuple[Used, ...]
    scenes: Mapping[str, Advice]
    entries: Mapping[str, Entry]
    held_back: frozenset[WordKind] = frozenset()

    def entries_on(self, leaf: str) -> tuple[Entry, ...]:
        """The knowledge on a leaf, its own first, then what fits all."""
        own = [entry for entry in self.entries.values() if entry.leaf == leaf]
        return (*own, *(entry for entry in self.entries.values() if entry.leaf == ANY_LEAF))

    def hits(self, text: str, judged: bool = False) -> tuple[Hit, ...]:
        """The words to avoid in the text, in its order; once the facts are judged a fault may be admitted (PB6)."""
        looked_for = (avoided for avoided in self.avoid if not (judged and avoided.kind == UNTIL_JUDGED))
        found = [hit for avoided in looked_for for hit in _hits(text, avoided)]
        return tuple(sorted((hit for hit in found if not _within_another(hit, found)), key=lambda hit: hit.begin))


def _hits(text: str, avoided: Avoided) -> Iterator[Hit]:
    for word in avoided.words:
        for found in _spelt(word).finditer(text):
            yield Hit(avoided.kind, found[0], found.start(), found.end(), avoided.why, avoided.instead)


@cache
def _spelt(word: str) -> re.Pattern[str]:
    """The word, also where a few spaces or a line's end stand within it."""
    return re.compile(r"\s{0,3}".join(map(re.escape, word)))


def _within_another(hit: Hit, found: list[Hit]) -> bool:
    """Whether a longer hit tells it already."""
    return any(each.begin <= hit.begin and hit.end <= each.end and len(each.word) > len(hit.word) for each in found)
