"""The policy of tasks as values: for whom each kind is, until when, what finishes it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.intake import vocabulary as v

FIRST_CONTACT = "first_contact"
# The kinds that the policy describes; call_back and follow_up are due when their clocks are.
DESCRIBED: tuple[v.TaskKind, ...] = ("call", "explain", "care", "tell_improvement", "other_problem", "written_reply")


@dataclass(frozen=True)
class TaskKindRule:
    """`for_whom`: first_contact or a duty; `by`: means of an outgoing contact that finishes the task it names."""

    for_whom: str
    due: timedelta
    by: tuple[v.Means, ...]


@dataclass(frozen=True)
class TaskPolicy:
    """What tasks.yml says. `calls_instead`: template of a care SMS -> kind of the task that takes its place (NT8)."""

    kinds: Mapping[v.TaskKind, TaskKindRule]
    follow_up_else: str
    closing_questions: tuple[str, ...]
    satisfaction: Mapping[int, v.Satisfaction]
    longest_wait: timedelta
    calls_instead: Mapping[str, v.TaskKind]
