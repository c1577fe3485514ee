"""The catalogue tree: leaves by code, the nearest leaves to a wrong one, and where a service's charges belong. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

OFFERED = 3


@dataclass(frozen=True)
class Leaf:
    """What a complaint is filed under (IN9). `path`: the names of class, group and leaf."""

    code: str
    name: str
    path: tuple[str, ...]
    propose_coordination: str | None = None
    self_service_fault: bool = False
    written_reply: bool = False
    recharge: bool = False

    @property
    def full_name(self) -> str:
        """`通信费用-话单质疑`: names in order, a repeated one once."""
        return "-".join(dict.fromkeys(self.path))

    @property
    def class_code(self) -> str:
        return self.code.partition(".")[0]


@dataclass(frozen=True)
class Group:
    """Leaves of one service. `fee_leaf`: where its charges belong."""

    code: str
    key: str
    name: str
    leaves: tuple[Leaf, ...]
    fee_leaf: str | None = None


@dataclass(frozen=True)
class CatalogueClass:
    """One of the ten classes. `not_for_services_of`: classes whose charges it does not take (IN24)."""

    code: str
    key: str
    name: str
    groups: tuple[Group, ...]
    not_for_services_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """The whole tree."""

    classes: tuple[CatalogueClass, ...]

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """All leaves by code, in the file's order."""
        return {leaf.code: leaf for group in self._groups() for leaf in group.leaves}

    def leaf(self, code: str) -> Leaf | None:
        """The leaf of this code; None for anything that is no leaf."""
        return self.leaves.get(code)

    def nearest(self, text: str, count: int = OFFERED) -> tuple[Leaf, ...]:
        """The leaves most like a wrong code or a name, best first: what an error offers instead (IN9)."""
        ranked = sorted(self.leaves.values(), key=lambda leaf: (-_likeness(text[:100], leaf), leaf.code))
        return tuple(ranked[:count])

    def charges_elsewhere(self, code: str, service: str) -> Leaf | None:
        """The leaf where charges of this service belong, if the class of `code` does not take them (IN24).

        service: a group's code or name, e.g. "06.01" or "彩铃"; one that is in no such class belongs nowhere else."""
        refused = next((each.not_for_services_of for each in self.classes if each.code == code.partition(".")[0]), ())
        for group in self._groups():
            if service in (group.code, group.name) and group.code.partition(".")[0] in refused:
                return self.leaf(group.fee_leaf or "")
        return None

    def is_about_charges(self, code: str) -> bool:
        """Whether the leaf is about what something costs: of the class of charges, or a service's fee leaf (IN24)."""
        classes = {each.code for each in self.classes if each.not_for_services_of}
        return code.partition(".")[0] in classes or code in {group.fee_leaf for group in self._groups()}

    def tree(self) -> list[dict[str, Any]]:
        """The tree as plain values: what callers browse."""
        return [
            _node(each, groups=[_node(group, leaves=_leaves(group)) for group in each.groups]) for each in self.classes
        ]

    def _groups(self) -> Iterator[Group]:
        return (group for each in self.classes for group in each.groups)


def _likeness(text: str, leaf: Leaf) -> float:
    """How like the text is to the leaf's code or to one of its names, 0 to 1."""
    matcher = SequenceMatcher(b=text, autojunk=False)
    best = 0.0
    for candidate in (leaf.code, leaf.name, leaf.full_name):
        matcher.set_seq1(candidate)
        best = max(best, matcher.ratio())
    return best


def _node(each: CatalogueClass | Group, **children: Any) -> dict[str, Any]:
    return {"code": each.code, "key": each.key, "name": each.name, **children}


def _leaves(group: Group) -> list[dict[str, Any]]:
    return [
        {
            "code": leaf.code,
            "name": leaf.name,
            "propose_coordination": leaf.propose_coordination,
            "self_service_fault": leaf.self_service_fault,
            "written_reply": leaf.written_reply,
            "recharge": leaf.recharge,
        }
        for leaf in group.leaves
    ]
