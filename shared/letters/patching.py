"""Changes to a JSON value (RFC 7396, merge patch): objects are merged, null takes away, all else replaces. Pure."""

from collections.abc import Mapping
from typing import Any


def patched(value: Any, changes: Any) -> Any:
    """The value with the changes in it; neither argument is touched."""
    if not isinstance(changes, Mapping):
        return changes
    before = value if isinstance(value, Mapping) else {}
    kept = {name: each for name, each in before.items() if changes.get(name, ...) is not None}
    merged = {name: patched(before.get(name), each) for name, each in changes.items() if each is not None}
    return kept | merged
