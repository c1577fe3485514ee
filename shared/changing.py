"""A frozen dataclass with other values: what dataclasses.replace does, at a tenth of its cost. Pure."""

from typing import Any, TypeVar

T = TypeVar("T")


def changed(value: T, **new: Any) -> T:
    """For the folds that run for every event of every document. TypeError for a name that is no field.

    Only for classes without slots and without __post_init__, which is not run."""
    old = value.__dict__
    if not new.keys() <= old.keys():
        raise TypeError(f"{type(value).__name__} has no {', '.join(sorted(new.keys() - old.keys()))}")
    other = object.__new__(type(value))
    other.__dict__.update(old, **new)
    return other
