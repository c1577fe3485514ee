"""One part of a message on its way: sent, answered, received by the phone or not. Pure."""

from dataclasses import dataclass, replace
from typing import Literal

PartState = Literal["waiting", "sending", "accepted", "refused", "unknown", "delivered", "failed"]
WITH_THE_CARRIER = ("accepted", "delivered", "failed")
ARRIVED, UNDERWAY = "DELIVRD", ("ENROUTE", "ACCEPTD", "SCHEDULED")


@dataclass(frozen=True)
class Part:
    """
    `provider_ids`: what the carrier called it, more than once where it was sent again.

    `code`: the carrier's last refusal, or why its answer is unknown; `receipt`: the last receipt's state.
    """

    number: int
    state: PartState = "waiting"
    provider_ids: tuple[str, ...] = ()
    code: str = ""
    receipt: str = ""


@dataclass(frozen=True)
class PartAnswer:
    """What submitting part `number` came to; `kind` of a refusal: permanent, temporary or throttled."""

    number: int
    outcome: Literal["accepted", "refused", "unknown"]
    provider_id: str = ""
    code: str = ""
    kind: str = ""


def sending(part: Part, repeats: bool) -> Part:
    """The part as it is when its message is submitted: what may have been sent is sent again only if that `repeats`."""
    stays = part.state in WITH_THE_CARRIER or (part.state == "unknown" and not repeats)
    return part if stays else replace(part, state="sending")


def answered(part: Part, answer: PartAnswer) -> Part:
    """After the carrier's answer. What a receipt has settled stays settled."""
    known = (*part.provider_ids, answer.provider_id) if answer.provider_id else part.provider_ids
    part = replace(part, provider_ids=tuple(dict.fromkeys(known)))
    if part.state in WITH_THE_CARRIER:
        return part
    return replace(part, state=answer.outcome, code=answer.code)


def received(part: Part, state: str) -> Part:
    """After a delivery receipt: arrived once is arrived for good; a failure is final unless another copy arrives."""
    if state == ARRIVED:
        return replace(part, state="delivered", receipt=state)
    return replace(part, state="failed", receipt=state)
