"""The texts that may be sent (NT5): fixed words with declared variables, each with its class (NT8). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal

from services.notify.errors import UnknownTemplate, VariablesDoNotFit
from services.notify.segments import split
from services.notify.variables import DoesNotFit, Words, form_of

MessageClass = Literal["transactional", "care", "staff", "commercial", "public", "emergency"]
ELLIPSIS = "……"


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in order. ValueError where braces do not match or hold more than a name."""
    names = []
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError(f"{{{name}}}: expected a name alone in braces")
        names.append(name)
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class Template:
    """`variables`: the form of each name in the text (variables.py)."""

    name: str
    message_class: MessageClass
    variables: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Templates:
    """All templates; `signature` begins every text (NT6), which has at most `longest_parts` parts."""

    signature: str
    longest_parts: int
    words: Words
    templates: Mapping[str, Template]

    def __getitem__(self, name: str) -> Template:
        """Raises UnknownTemplate."""
        if name not in self.templates:
            raise UnknownTemplate(name)
        return self.templates[name]

    def write(self, name: str, values: Mapping[str, Any]) -> str:
        """
        The whole text, signature first. `values` are JSON values by variable.

        Raises VariablesDoNotFit. Free text is shortened where the whole would have too many parts.
        """
        template = self[name]
        shown = self._shown(template, values)
        text = self._filled(template, shown)
        for free in (name for name, form in template.variables.items() if form == "text"):
            while shown[free] and not self._fits(text):
                shown[free] = _shorter(shown[free], text, self.longest_parts)
                text = self._filled(template, shown)
        return text

    def _shown(self, template: Template, values: Mapping[str, Any]) -> dict[str, str]:
        faults = dict.fromkeys(template.variables.keys() - values.keys(), "missing")
        faults |= dict.fromkeys(values.keys() - template.variables.keys(), "unknown variable")
        shown = {}
        for name in template.variables.keys() & values.keys():
            try:
                shown[name] = form_of(template.variables[name])(values[name], self.words)
            except DoesNotFit as fault:
                faults[name] = str(fault)
        if faults:
            raise VariablesDoNotFit(template.name, faults)
        return shown

    def _filled(self, template: Template, shown: Mapping[str, str]) -> str:
        return self.signature + template.text.format(**shown)

    def _fits(self, text: str) -> bool:
        return len(text) <= self.longest_parts * 160 and len(split(text, reference=0)) <= self.longest_parts


def _shorter(free: str, text: str, longest_parts: int) -> str:
    """The free text without at least what the whole text has too much."""
    kept = free.removesuffix(ELLIPSIS)
    excess = max(1, len(text) - longest_parts * 70)
    return kept[: -excess - len(ELLIPSIS)] + ELLIPSIS if len(kept) > excess + len(ELLIPSIS) else ""
