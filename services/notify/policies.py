"""The policy files notify reads."""

from services.notify.doubts.doubts_policy import somebody_answers
from services.notify.fitting import paths_lead_somewhere
from services.notify.notify_policy import NOTIFY, rules_fit_templates
from services.notify.template_policy import TEMPLATES, clocks_have_words
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION
from shared.policies.privacy import PRIVACY

POLICIES = (NOTIFY, TEMPLATES, ORGANISATION, CLOCKS, PRIVACY)
FITS = (rules_fit_templates, paths_lead_somewhere, clocks_have_words, somebody_answers)
