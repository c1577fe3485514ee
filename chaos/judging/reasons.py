"""Why nobody knows of an SMS whether it came: each lost answer explains one, and so does a time without storing. Pure.

After a kill between submit and its stored answer nobody knows whether the centre has the SMS, nor where the centre took
one without an answer: so many may come twice, or not at all where they are not sent again. So may one whose answer came
and could not be stored, since MongoDB was away or notify stood still."""

from datetime import datetime, timedelta

from chaos.judging.evidence import Evidence, until_back

ANSWER = timedelta(seconds=11)  # an answer may take so long, and then its storing begins


class Reasons:
    """The lost answers of a run, which are used up, and the times at which nothing could be stored."""

    def __init__(self, evidence: Evidence) -> None:
        self._timeline, self._left = evidence.timeline, evidence.conditions.answers_lost
        self._away = (*until_back(evidence.conditions.database_away), *evidence.conditions.notify_stood)

    def lost_answer(self) -> bool:
        """Whether one is left; it is then used up."""
        self._left -= 1
        return self._left >= 0

    def not_stored(self, at: datetime) -> bool:
        """The answer to what came at this business time."""
        machine = self._timeline.machine(at)
        return any(began - ANSWER <= machine <= ended for began, ended in self._away)
