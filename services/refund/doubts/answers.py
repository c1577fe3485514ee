"""What refund shows of the unknown: ids, ages, duties; no personal data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from services.doubts import phone_of
from services.refund.doubts.asking import MOST_ASKS
from services.refund.doubts.late import SENT_LATE
from services.refund.doubts.rising import owner
from services.refund.doubts.standing import Standing, standing
from services.refund.doubts.under_way import settled_from
from services.refund.model import Refund
from services.refund.rules import BillingRules
from shared.fields import Moment
from shared.organisation import Organisation


class ToldAnswer(Schema):
    """A duty that was told because it lasted."""

    to = fields.String()
    at = Moment()


class WantedAnswer(Schema):
    """Who wants BOSS asked now."""

    by = fields.String()
    at = Moment()


class LastingAnswer(Schema):
    """Since when, and who heard of it."""

    since = Moment()
    why = fields.String()
    rises_at = Moment(allow_none=True)
    risen = fields.List(fields.Nested(ToldAnswer))


class LateAnswer(LastingAnswer):
    """Sendings that left too late, of lines that were over: a person makes sure that each stands in BOSS once.

    `keys`: the lines, by BOSS's keys."""

    keys = fields.List(fields.String())


class OwnerAnswer(Schema):
    """The duty that has to act, and the phone that it answers (organisation.yml)."""

    duty = fields.String()
    phone = fields.String(allow_none=True)


class UnknownAnswer(LastingAnswer):
    """One line of which something is unknown; a refund may have several. `key` names it, in BOSS and to refund.settle.

    `settled_by`: boss (it can be asked now, refund.ask) or person (refund.settle). `not_paid_from` (machine time): no
    sending can arrive any more, so a person may say not_paid, and of what was sent late whatever there is to say."""

    refund_id = fields.String()
    complaint_id = fields.String(allow_none=True)
    branch = fields.String()
    hall = fields.String(allow_none=True)
    status = fields.String()
    kind = fields.String()
    key = fields.String()
    amount_fen = fields.Integer()
    age_s = fields.Integer()
    attempts = fields.Integer()
    waits_for = fields.String()
    settled_by = fields.String()
    next_try = Moment(allow_none=True)
    not_paid_from = Moment(allow_none=True)
    wanted = fields.Nested(WantedAnswer, allow_none=True)
    owner = fields.Nested(OwnerAnswer)


@dataclass(frozen=True)
class Looking:
    """What it takes to show a doubt: the time (business), the rules, the directory."""

    now: datetime
    rules: BillingRules
    organisation: Organisation

    def shown(self, refund: Refund) -> list[dict[str, Any]]:
        """Every doubt of a refund, the oldest first."""
        return [self._shown(refund, case) for case in standing(refund)]

    def _shown(self, refund: Refund, case: Standing) -> dict[str, Any]:
        doubt, line, claim = case.doubt, case.line, refund.claim
        duty = owner(doubt, self.rules.doubts)
        waits_for = "person" if case.late else refund.waits_for
        answer: dict[str, Any] = _UNKNOWN.dump(
            {
                **{name: getattr(claim, name) for name in ("complaint_id", "branch", "hall")},
                **{name: getattr(doubt, name) for name in ("since", "why", "rises_at", "risen", "wanted")},
                "refund_id": refund.refund_id,
                "status": refund.status,
                "kind": line.kind,
                "key": case.key,
                "amount_fen": line.amount_fen,
                "age_s": max(0, int((self.now - doubt.since).total_seconds())),
                "attempts": line.sendings if case.late else refund.attempts,
                "waits_for": waits_for,
                "settled_by": "boss" if self._tells(refund) and not case.late else "person",
                "next_try": refund.wake_at if waits_for == "boss" else None,
                "not_paid_from": settled_from(refund, case, self.rules),
                "owner": {"duty": duty, "phone": phone_of(self.organisation, duty, claim.branch, claim.hall)},
            }
        )
        return answer

    def _tells(self, refund: Refund) -> bool:
        """Whether it can be asked for by hand, and an answer of BOSS ends the doubt."""
        once_more = self.rules.can_be_asked and not refund.taken_by and refund.asked_by_hand < MOST_ASKS
        return once_more and refund.doubt is not None and refund.doubt.why != SENT_LATE


_UNKNOWN = UnknownAnswer()
