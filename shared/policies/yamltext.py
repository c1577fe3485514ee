"""YAML text as plain values, with the line of each path, so that a fault can say where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str, ...]


class NotYaml(ValueError):
    """The text is no YAML; `line` is where the parser gave up."""

    def __init__(self, problem: str, line: int | None) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True)
class Document:
    """The content, each path's line (from 1), and the paths of keys written twice."""

    content: Any
    lines: dict[Path, int]
    doubled: tuple[Path, ...]

    def line_of(self, path: Path) -> int | None:
        """The line of the path, or of the nearest part of it that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


class _Loader(yaml.SafeLoader):
    """Dates stay text: the schema decides what is a date."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> Document:
    """Raises NotYaml."""
    loader = _loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        doubled: list[Path] = []
        _walk(node, (), lines, doubled)
        content = loader.construct_document(node) if node else None
    except RecursionError as error:
        raise NotYaml("an alias refers to itself", None) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYaml(getattr(error, "problem", None) or "not YAML", mark.line + 1 if mark else None) from error
    finally:
        loader.dispose()
    return Document(content, lines, tuple(doubled))


def _loader(text: str) -> _Loader:
    """PyYAML refuses some characters before it reads anything."""
    try:
        return _Loader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise NotYaml(f"a character that no YAML may hold (U+{ord(text[error.position]):04X})", line) from error


def _walk(node: yaml.Node | None, path: Path, lines: dict[Path, int], doubled: list[Path]) -> None:
    for key, place, value in _children(node):
        inner = (*path, key)
        if inner in lines:
            doubled.append(inner)
            lines[inner] = place.start_mark.line + 1  # the second place is the wrong one
            continue
        lines[inner] = place.start_mark.line + 1
        _walk(value, inner, lines, doubled)


def _children(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """Key, the node whose line stands for it, and value, of each entry."""
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), key, value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from ((str(number), value, value) for number, value in enumerate(node.value))
