"""Hooks around methods, put from outside before a service starts: the product's own code knows none of them.

A seam is written `package.module:Class.method` or `package.module:function`.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, Literal

Side = Literal["before", "after", "ended"]
Hook = Callable[[tuple[Any, ...], Any], None]


class NoSuchSeam(Exception):
    """The product has no such class or method any more."""

    def __init__(self, seam: str) -> None:
        super().__init__(f"{seam} is not there")


def found(seam: str) -> tuple[Any, str]:
    """What holds the method, and the method's name. Raises NoSuchSeam."""
    module, _, path = seam.partition(":")
    *holders, name = path.split(".")
    try:
        owner = import_module(module)
        for holder in holders:
            owner = getattr(owner, holder)
        getattr(owner, name)
    except (ImportError, AttributeError):
        raise NoSuchSeam(seam) from None
    return owner, name


class Seams:
    """Collects hooks and puts them all, one wrapper a seam; those of one side run in the order they were given in.

    A hook hears the positional arguments (self first) and the result: before a call None, `after` only what the call
    returned, `ended` also where it raised, then None; `ended` comes before `after`."""

    def __init__(self) -> None:
        self._hooks: dict[str, dict[Side, list[Hook]]] = defaultdict(lambda: {"before": [], "after": [], "ended": []})

    def on(self, seam: str, side: Side, hook: Hook) -> None:
        self._hooks[seam][side].append(hook)

    def put(self) -> None:
        """Wraps every seam that has hooks; to be called once. Raises NoSuchSeam."""
        for seam, hooks in self._hooks.items():
            owner, name = found(seam)
            setattr(owner, name, _around(getattr(owner, name), hooks))


def _around(inner: Callable[..., Any], hooks: dict[Side, list[Hook]]) -> Callable[..., Any]:
    @wraps(inner)
    def around(*args: Any, **kwargs: Any) -> Any:
        for hook in hooks["before"]:
            hook(args, None)
        result = None
        try:
            result = inner(*args, **kwargs)
        finally:
            for hook in hooks["ended"]:
                hook(args, result)
        for hook in hooks["after"]:
            hook(args, result)
        return result

    return around
