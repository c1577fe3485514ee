"""How what goes on beside the ladder moves a case: alarms, records, incidents, whom a rise is told to. Pure."""

from services.escalation import history as h
from services.escalation.model import Case, Marking, Walk
from services.escalation.moving import move
from shared.changing import changed as replace  # as moves.py

EVENTS = (
    *(h.MediaAlerted, h.DisturbanceAlerted, h.DisturbanceRecorded, h.MediaRecorded),
    *(h.IncidentJoined, h.IncidentLeft, h.IncidentRaised, h.MarkingTried, h.MarkingEnded),
    *(h.ChainTold, h.ChainFailed, h.ChainAcknowledged, h.ChainExhausted),
)


@move.register
def _(event: h.IncidentJoined, case: Case) -> Case:
    return _to_mark(replace(case, incident_id=event.incident_id), event.marks, "group", event.incident_id)


@move.register
def _(_event: h.IncidentLeft, case: Case) -> Case:
    owed = case.marking and case.marking.trigger != "group"
    return replace(case, incident_id=None, marking=case.marking if owed else None)


@move.register
def _(event: h.DisturbanceRecorded, case: Case) -> Case:
    known = replace(case, disturbances=(*case.disturbances, event.record))
    return _to_mark(known, event.marks, "disturbance", f"disturbance-{len(known.disturbances)}")


@move.register
def _(event: h.MediaRecorded, case: Case) -> Case:
    known = replace(case, media_visits=(*case.media_visits, event.record))
    return _to_mark(known, event.marks, "media_present", f"media-{len(known.media_visits)}")


@move.register
def _(event: h.IncidentRaised, case: Case) -> Case:
    return replace(case, alerted=(*case.alerted, event.incident_id))


@move.register
def _(event: h.MarkingTried, case: Case) -> Case:
    assert case.marking is not None, "tried only where wanted"
    return replace(case, marking=replace(case.marking, wake_at=event.wake_at, tries=case.marking.tries + 1))


@move.register
def _(_event: h.MarkingEnded, case: Case) -> Case:
    return replace(case, marking=None)


@move.register
def _(_event: h.MediaAlerted, case: Case) -> Case:
    return replace(case, alerted=(*case.alerted, "media"))


@move.register
def _(_event: h.DisturbanceAlerted, case: Case) -> Case:
    return replace(case, alerted=(*case.alerted, "disturbance"))


@move.register
def _(event: h.ChainTold, case: Case) -> Case:
    return replace(case, walk=Walk(event.who, event.at, event.next_at, event.rest))


@move.register
def _(_event: h.ChainFailed, case: Case) -> Case:
    """Its step tells; who is told next, or that nobody is left, follows."""
    return case


@move.register(h.ChainAcknowledged)
@move.register(h.ChainExhausted)
def _(_event: h.ChainAcknowledged | h.ChainExhausted, case: Case) -> Case:
    return replace(case, walk=None)


def _to_mark(case: Case, marks: bool, trigger: str, cause: str) -> Case:
    """Intake is to be asked; once is enough."""
    return replace(case, marking=Marking(trigger, cause)) if marks and case.marking is None else case
