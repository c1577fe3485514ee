"""Policy files: YAML checked by a marshmallow schema, versioned by content. Neither database nor clock."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError

from shared.policies import yamltext

VERSION_DIGITS = 12


@dataclass(frozen=True)
class Policy:
    """One policy: its name, its file in the policy folder, and the schema whose `load` makes the value.

    `warns`: what an operator should know about a value that is valid, on a given day."""

    name: str
    file: str
    schema: type[Schema]
    warns: Callable[[Any, date], Iterable[str]] = lambda _value, _today: ()


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file, e.g. `clocks.yml:31: clocks.handling.span.vip: Missing data for required field.`"""

    file: str
    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class PolicyFaults(ValueError):
    """Everything wrong with the policy files, in one message."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("policy files are not usable:\n" + "\n".join(f"  {fault}" for fault in self.faults))


@dataclass(frozen=True)
class Loaded:
    """A checked policy: its value, the text it was made from, and the version of its content."""

    policy: Policy
    version: str
    text: str
    value: Any


class PolicySet(Mapping[str, Any]):
    """The policies in force, by name: `policies["clocks"]` is the value, `policies.version("clocks")` its version."""

    def __init__(self, loaded: Iterable[Loaded]) -> None:
        self._loaded = {each.policy.name: each for each in loaded}

    def __getitem__(self, name: str) -> Any:
        return self._loaded[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)

    def version(self, name: str) -> str:
        return self._loaded[name].version

    def warnings(self, today: date) -> tuple[str, ...]:
        """What an operator should know about these policies today, e.g. a year whose calendar is not out."""
        return tuple(said for each in self._loaded.values() for said in each.policy.warns(each.value, today))

    def loaded(self) -> tuple[Loaded, ...]:
        return tuple(self._loaded.values())

    def content(self, name: str) -> Any:
        """What the file holds, as plain values."""
        return yamltext.read(self._loaded[name].text).content

    def fault(self, name: str, path: yamltext.Path, message: str) -> Fault:
        """A fault of one of these files that shows only beside the others, at its line."""
        loaded = self._loaded[name]
        return _fault(loaded.policy, yamltext.read(loaded.text), path, message)


Fit = Callable[[PolicySet], Iterable[Fault]]  # what several files must agree on


def load(folder: Path, policies: Iterable[Policy], fits: Iterable[Fit] = ()) -> PolicySet:
    """All policies of a service; PolicyFaults names every fault of every file at once, or else what does not fit."""
    loaded: list[Loaded] = []
    faults: list[Fault] = []
    for policy in policies:
        try:
            loaded.append(parse(policy, (folder / policy.file).read_text(encoding="utf-8")))
        except PolicyFaults as error:
            faults.extend(error.faults)
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(policy.file, None, "", f"cannot be read: {getattr(error, 'strerror', None) or error}"))
    policy_set = PolicySet(loaded)
    if faults := faults or [fault for fit in fits for fault in fit(policy_set)]:
        raise PolicyFaults(faults)
    return policy_set


def parse(policy: Policy, text: str) -> Loaded:
    """One policy from its text; raises PolicyFaults."""
    try:
        document = yamltext.read(text)
    except yamltext.NotYaml as error:
        raise PolicyFaults([Fault(policy.file, error.line, "", f"not YAML: {error}")]) from error
    if document.doubled:
        raise PolicyFaults(_fault(policy, document, path, "written twice") for path in document.doubled)
    try:
        value = policy.schema().load(document.content)
    except ValidationError as error:
        found = _flat(error.messages, (), document.content)
        raise PolicyFaults(_fault(policy, document, path, message) for path, message in found) from error
    return Loaded(policy, version_of(document.content), text, value)


def version_of(content: Any) -> str:
    """The version of a content: comments and layout do not matter, values and their order do."""
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_DIGITS]


def _fault(policy: Policy, document: yamltext.Document, path: yamltext.Path, message: str) -> Fault:
    return Fault(policy.file, document.line_of(path), ".".join(path), message)


def _flat(messages: Any, path: yamltext.Path, content: Any) -> Iterator[tuple[yamltext.Path, str]]:
    """Marshmallow's nested messages as (path, message)."""
    if not isinstance(messages, dict):
        for message in messages if isinstance(messages, list) else [messages]:
            yield path, str(message)
        return
    for key, inner in messages.items():
        if key == "_schema" or _is_wrapper(key, content):
            yield from _flat(inner, path, content)
        else:
            yield from _flat(inner, (*path, str(key)), _child(content, key))


def _is_wrapper(key: Any, content: Any) -> bool:
    """Marshmallow puts `key` and `value` around the faults of a mapping's entries."""
    return key in ("key", "value") and not (isinstance(content, dict) and key in content)


def _child(content: Any, key: Any) -> Any:
    if isinstance(content, dict):
        return content.get(key)
    if isinstance(content, list) and isinstance(key, int) and key < len(content):
        return content[key]
    return None
