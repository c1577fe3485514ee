"""The policy files refund reads."""

from services.refund.policy import REFUNDS_POLICY
from shared.policies import Fit
from shared.policies.organisation import ORGANISATION

POLICIES = (REFUNDS_POLICY, ORGANISATION)
FITS: tuple[Fit, ...] = ()
