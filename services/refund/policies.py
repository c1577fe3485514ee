"""The policy files refund reads."""

from services.refund.doubts.policy import somebody_answers
from services.refund.policy import REFUNDS_POLICY
from shared.policies import Fit
from shared.policies.organisation import ORGANISATION
from shared.policies.privacy import PRIVACY

POLICIES = (REFUNDS_POLICY, ORGANISATION, PRIVACY)
FITS: tuple[Fit, ...] = (somebody_answers,)
