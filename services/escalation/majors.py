"""Major complaints: their clocks, and who is asked for an opinion (MJ1, MJ5). Pure.

The flag and the opinions themselves live in intake, where the reply meets them (MJ2); here they are followed.
"""

from services.escalation import history as h
from services.escalation.alarms import sound
from services.escalation.correcting import clock_facts
from services.escalation.course import Course
from services.escalation.errors import NotYourOpinion
from services.escalation.happenings import Happening
from services.escalation.model import Case
from services.rights import may_opine, own_level
from shared.aggregate import Actor


def declared(course: Course, happening: Happening) -> None:
    """The opinion and reply clocks start, support and legal are asked at once (CL4, MJ5)."""
    major = course.case.facts.major
    assert major is not None, "the happening is made from it"
    course.start("declared_major", major.at, clock_facts(course.case.facts))
    for given, opinion in course.case.facts.opinions.items():
        if opinion.at <= major.at:  # kept from an earlier declaration
            course.met(f"{given}_opinion", major.at)
    course.add(h.MajorDeclared(major.trigger, major.by, major.at))
    for kind, department in course.rules.ladder.opinions_asked.items():
        clock = course.case.running_of(f"{kind}_opinion")
        if clock:
            course.add(h.OpinionRequested(kind, department, clock.clock_id, major.at))
    sound(course, happening.at)


def revoked(course: Course, happening: Happening) -> None:
    """What only a major complaint owes is owed no more."""
    owed = [clock for clock in course.case.running if clock.moment == "declared_major"]
    course.cancel(owed, happening.at)
    course.add(h.MajorRevoked(happening.at))


def opinion_given(course: Course, happening: Happening) -> None:
    """An opinion meets its clock (CL4)."""
    kind = happening.subject
    course.met(f"{kind}_opinion", happening.at)
    course.add(h.OpinionGiven(kind, course.case.facts.opinions[kind].by, happening.at))


def may_give(case: Case, kind: str, by: Actor) -> None:
    """The supervisor's opinion is the duty manager's or that of the level which has the case. Raises NotYourOpinion."""
    supervises = by.role == "duty_manager" or own_level(by) == case.level
    if not may_opine(by, kind) or (kind == "supervisor" and not supervises):
        raise NotYourOpinion(kind, by.role)
