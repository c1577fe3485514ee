"""The policy files refund reads."""

from services.refund.policy import REFUNDS_POLICY
from shared.policies import Fit

POLICIES = (REFUNDS_POLICY,)
FITS: tuple[Fit, ...] = ()
