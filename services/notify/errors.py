"""What can be wrong with a message: one sentence each, with the ids that help and no personal data."""

from collections.abc import Mapping

from shared.errors import Conflict, InvalidRequest, NotFound, RuleRefused


class UnknownTemplate(NotFound):
    """Only templates of the template file are ever sent (NT5)."""

    def __init__(self, template: str) -> None:
        super().__init__("there is no such template", template=template, rule="NT5")


class VariablesDoNotFit(InvalidRequest):
    """Variables are missing, unknown or of the wrong form; `faults` by name."""

    def __init__(self, template: str, faults: Mapping[str, str]) -> None:
        super().__init__(
            f"the variables of {template} do not fit",
            template=template,
            variables={name: [fault] for name, fault in faults.items()},
        )


class ConsentMissing(RuleRefused):
    """A commercial message without the customer's consent (NT4)."""

    def __init__(self, template: str, channels: tuple[str, ...]) -> None:
        super().__init__(
            "NT4",
            "a commercial message needs the customer's consent with its reference; oral consent does not count",
            template=template,
            needs={"consent": {"channel": list(channels), "reference": "text", "at": "time"}},
        )


class ConsentInTheFuture(RuleRefused):
    """Consent that is still to come is none (NT4)."""

    def __init__(self, template: str) -> None:
        super().__init__("NT4", "the consent is dated in the future", template=template, field="consent.at")


class ContentForbidden(RuleRefused):
    """Free text that may not be sent (NT5); `variable` holds it, `because` says what is wrong without quoting it."""

    def __init__(self, template: str, variable: str, because: str) -> None:
        super().__init__("NT5", f"the text of {variable} may not be sent: {because}", template=template, field=variable)


class NotInDoubt(Conflict):
    """What became of the message is known, or it is still on its way."""

    def __init__(self, message_id: str, status: str) -> None:
        super().__init__(f"a message that is {status} cannot be settled", message_id=message_id, status=status)


class ApprovalMissing(RuleRefused):
    """A public or emergency message without an approval (NT9)."""

    def __init__(self, template: str) -> None:
        super().__init__(
            "NT9", "public and emergency messages need an approval", template=template, needs={"approval": "reference"}
        )
