"""Telling a customer what his complaint has changed (CR2). Pure."""

from services.intake import history as h
from services.intake.course import Events, Occasion
from services.intake.model import Complaint


def tell_improvement(complaint: Complaint, what: str, measure_id: str, _on: Occasion) -> Events:
    """The customer is told by a care SMS (`improvement_told`) what was improved; once for each measure (CR2).

    `what` is for the customer's eyes. Where this month's care SMS is used up, first contact phones instead: the
    suppressed message becomes a task `tell_improvement` (lost_messages.py). [] for one that was told already, or
    that never was a complaint: withdrawn or refused."""
    told = measure_id in complaint.improvements_told or complaint.status in ("withdrawn", "refused")
    return [] if told else [h.ImprovementTold(measure_id, what)]
