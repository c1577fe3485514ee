"""The errors that callers see: six names of the contract, each with one sentence and the facts that help.

On the wire an error is its contract name and `{"message", "details"}`; neither ever carries personal data.
"""

from typing import Any, ClassVar


class TousuError(Exception):
    """Base of every error that crosses the bus. `message` is one plain sentence, `details` JSON values."""

    wire_name: ClassVar[str] = "Unavailable"

    def __init__(self, message: str, /, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def on_the_wire(self) -> dict[str, Any]:
        """What a caller gets as the error's value."""
        return {"message": self.message, "details": self.details}


class InvalidRequest(TousuError):
    """A field is missing, unknown or of the wrong form; details are keyed by field."""

    wire_name = "InvalidRequest"


class RuleRefused(TousuError):
    """A rule of the rulebook says no; `rule` is its number, details say what would be needed."""

    wire_name = "RuleRefused"

    def __init__(self, rule: str, message: str, /, **details: Any) -> None:
        super().__init__(message, rule=rule, **details)
        self.rule = rule


class NotFound(TousuError):
    """No such id, or not visible to this caller."""

    wire_name = "NotFound"


class Conflict(TousuError):
    """The state moved, or the request id was used for something else."""

    wire_name = "Conflict"


class Unauthenticated(TousuError):
    """No valid token."""

    wire_name = "Unauthenticated"


class Forbidden(TousuError):
    """The caller's role or level may not."""

    wire_name = "Forbidden"


class Unavailable(TousuError):
    """A server behind is down, or a request was redelivered: the same request may be repeated."""

    wire_name = "Unavailable"


class Failed(Unavailable):
    """The service answered that it failed at this request, with the `reference` that stands in its log; it is there."""


CONTRACT_ERRORS: dict[str, type[TousuError]] = {
    error.wire_name: error
    for error in (InvalidRequest, RuleRefused, NotFound, Conflict, Unauthenticated, Forbidden, Unavailable)
}


def from_the_wire(name: str, value: Any) -> TousuError:
    """The error that another service answered, as its class here: Failed where it left a reference, Unavailable where
    its name is unknown."""
    told = value if isinstance(value, dict) and isinstance(value.get("message"), str) else {}
    message, details = told.get("message", "another service failed"), told.get("details")
    details = dict(details) if isinstance(details, dict) else {}
    kind = Failed if "reference" in details else CONTRACT_ERRORS.get(name, Unavailable)
    if kind is RuleRefused:
        return RuleRefused(details.pop("rule", ""), message, **details)
    return kind(message, **details)
