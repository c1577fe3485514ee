"""What notify.yml says beside the other files: each path of a rule leads to a fact that its event carries."""

from collections.abc import Iterator

from services.notify.notify_policy import NOTIFY
from services.notify.rules import NotifyPolicy, Rule
from services.notify.templates import Templates
from shared.clockrules import ClockPolicy
from shared.policies import Fault, PolicySet

Place = tuple[str, ...]
BY_CLOCK = "limits"  # a due time for each kind of clock


def paths_lead_somewhere(policies: PolicySet) -> Iterator[Fault]:
    """Each path of a rule that no event of its service carries; the list `facts` of notify.yml says what they carry."""
    notify: NotifyPolicy = policies["notify"]
    clocks: ClockPolicy = policies["clocks"]
    kinds = frozenset(clock.kind for clock in clocks.clocks)
    for number, rule in enumerate(notify.rules):
        for place, path in _paths(rule, policies["templates"]):
            if expected := _astray(path, notify.facts[rule.service], kinds):
                message = f"{rule.service} tells no fact {path!r}; expected {expected}"
                yield policies.fault(NOTIFY.name, ("rules", str(number), *place), message)


def _paths(rule: Rule, templates: Templates) -> Iterator[tuple[Place, str]]:
    """Every path of a rule, with its place in the file; a variable without one of its own is its own path."""
    yield from ((("when", each.path), each.path) for each in rule.when)
    yield from ((("acted", str(number)), path) for number, path in enumerate(rule.acted))
    yield from ((("before", str(number)), path) for number, path in enumerate(rule.before))
    yield from _variables(rule, templates)
    if rule.instead:
        yield from ((("instead", *place), path) for place, path in _variables(rule.instead, templates))


def _variables(rule: Rule, templates: Templates) -> Iterator[tuple[Place, str]]:
    if rule.daily or rule.template not in templates.templates:
        return
    for name in templates[rule.template].variables:
        yield ("variables", name), rule.variables.get(name, name)


def _astray(path: str, facts: frozenset[str], kinds: frozenset[str]) -> str:
    """What would have been expected; empty for a path that leads somewhere."""
    head, _, rest = path.partition(".")
    second = rest.partition(".")[0]
    if head == BY_CLOCK and head in facts:
        return "" if second in kinds else f"{BY_CLOCK} and a kind of clock: {', '.join(sorted(kinds))}"
    if head in facts or f"{head}.{second}" in facts:
        return ""
    return f"one of {', '.join(sorted(facts))}"
