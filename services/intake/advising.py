"""What callers see of the playbook. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.intake.facts import whole
from services.intake.playbook import Entry, Hit, Playbook


def advice_shown(playbook: Playbook, asked: Mapping[str, str]) -> dict[str, Any]:
    """The answer to `advise`: what was asked for, the names of what else there is, and the words."""
    kind, scene, leaf = asked.get("customer_kind"), asked.get("scene"), asked.get("category")
    return {
        "customer": whole.unstructure(playbook.customers[kind]) if kind else None,  # type: ignore[index]
        "scene": whole.unstructure(playbook.scenes.get(scene)) if scene else None,
        "knowledge": [_entry_shown(entry) for entry in playbook.entries_on(leaf)] if leaf else [],
        "customer_kinds": {name: advice.name for name, advice in playbook.customers.items()},
        "scenes": {name: advice.name for name, advice in playbook.scenes.items()},
        "avoid": whole.unstructure(playbook.avoid),
        "use": whole.unstructure(playbook.use),
    }


def words_shown(hits: Iterable[Hit]) -> dict[str, Any]:
    """The answer to `check_words`."""
    return {"hits": whole.unstructure(list(hits))}


def _entry_shown(entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = whole.unstructure(entry)
    return shown | {"version": entry.version}
