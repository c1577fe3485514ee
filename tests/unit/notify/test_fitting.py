"""Each path of a rule leads to a fact that its event carries; a fault is named with its line and what is expected."""

import pytest

from services.notify.fitting import paths_lead_somewhere
from services.notify.notify_policy import NOTIFY
from services.notify.policies import POLICIES
from shared.policies import PolicyFaults, PolicySet, load, parse
from shared.settings import PROJECT

SHIPPED = load(PROJECT / "policies", POLICIES)
TEXT = SHIPPED.loaded()[0].text
HEAD = TEXT[: TEXT.index("\nrules:")]


def faults(rule: str) -> list[str]:
    text = f"{HEAD}\nrules:\n  - {rule}\n"
    others = [each for each in SHIPPED.loaded() if each.policy is not NOTIFY]
    return [str(fault) for fault in paths_lead_somewhere(PolicySet([parse(NOTIFY, text), *others]))]


RULE = "event: intake.complaint_registered, to: [customer], send"


@pytest.mark.parametrize(
    ("rule", "place", "expected"),
    [
        (f"{{{RULE}: receipt, variables: {{limit: limits.handlng}}}}", "variables.limit", "limits and a kind of clock"),
        (f"{{{RULE}: receipt, variables: {{limit: due}}}}", "variables.limit", "expected one of "),
        (f"{{{RULE}: receipt}}", "variables", "intake tells no fact 'limit'"),
        (f"{{{RULE}: care, when: {{tickettype: complaint}}}}", "when.tickettype", "intake tells no fact 'tickettype'"),
        (f"{{{RULE}: care, when: {{change.mean: sms}}}}", "when.change.mean", "change.means"),
        (f"{{{RULE}: care, acted: [registered]}}", "acted.0", "registered_at"),
        (f"{{{RULE}: care, before: [limits.nothing]}}", "before.0", "handling"),
        (
            f"{{{RULE}: care, instead: {{send: urged, to: [handler], variables: {{urged_count: urges}}}}}}",
            "instead.variables.urged_count",
            "urged_count",
        ),
    ],
)
def test_NT5_a_path_that_leads_nowhere_is_named_with_its_line(rule: str, place: str, expected: str) -> None:
    [fault] = faults(rule)

    assert fault.startswith(f"notify.yml:{HEAD.count(chr(10)) + 3}: rules.0.{place}")
    assert expected in fault


def test_NT5_the_delivered_rules_lead_somewhere() -> None:
    assert list(paths_lead_somewhere(SHIPPED)) == []


@pytest.mark.parametrize(
    ("written", "place"),
    [("billing: [amount]", "notify.yml:73: facts"), ("to: [boss]", "rules.0.to.0: Must be one of: customer")],
)
def test_NT5_unknown_services_and_recipients_are_named(written: str, place: str) -> None:
    if written.startswith("to"):
        text = f"{HEAD}\nrules:\n  - {{event: intake.complaint_urged, send: urged, {written}}}\n"
    else:
        text = TEXT.replace("\nfacts:\n", f"\nfacts:\n  {written}\n")

    with pytest.raises(PolicyFaults) as found:
        parse(NOTIFY, text)

    assert place.partition(": ")[2] in str(found.value)
    assert "notify.yml:" in str(found.value)
