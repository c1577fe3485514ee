"""What can be wrong with asking and settling what is unknown: one sentence each, with the ids that help."""

from datetime import datetime

from shared.errors import Conflict, RuleRefused


class CannotBeAsked(Conflict):
    """This BOSS has no way to ask for an entry by its key."""

    def __init__(self, refund_id: str) -> None:
        super().__init__(
            "this BOSS cannot be asked: whoever answers for it looks it up there and settles it (refund.settle)",
            refund_id=refund_id,
            needs={"method": "refund.settle", "fields": ["outcome", "evidence"]},
        )


class SecondEntryPossible(Conflict):
    """BOSS may have the line twice; its answer to a question names one entry and tells nothing of a second."""

    def __init__(self, refund_id: str) -> None:
        super().__init__(
            "there may be a second entry, which asking does not tell: look it up in BOSS and settle it (refund.settle)",
            refund_id=refund_id,
            needs={"method": "refund.settle", "fields": ["outcome", "evidence"]},
        )


class AskedOften(Conflict):
    """Its history shall have room for what ends it."""

    def __init__(self, refund_id: str, most: int) -> None:
        super().__init__(
            f"it was asked for by hand {most} times: look it up in BOSS and settle it (refund.settle), or leave it "
            "to the questions that are put by themselves",
            refund_id=refund_id,
            needs={"method": "refund.settle", "fields": ["outcome", "evidence"]},
        )


class WhichLine(Conflict):
    """Of several lines nobody knows whether BOSS has them, or has them twice: what is said holds for one of them."""

    def __init__(self, refund_id: str, keys: list[str]) -> None:
        super().__init__(
            f"several lines of it are unknown: look up one of {', '.join(keys)} in BOSS and name it as key",
            refund_id=refund_id,
            keys=keys,
            needs={"method": "refund.settle", "fields": ["key"]},
        )


class NothingUnknown(Conflict):
    """The key is of no line that is unknown: it is settled already, or another one is meant."""

    def __init__(self, refund_id: str, key: str, keys: list[str]) -> None:
        super().__init__(
            f"nothing is unknown about {key} of this refund (any more): see refund.unknown, or refund.get",
            refund_id=refund_id,
            keys=keys,
            needs={"method": "refund.unknown"},
        )


class StillUnderWay(RuleRefused):
    """What was sent may still reach BOSS: whoever calls it unpaid now may have it paid a second time (RF1)."""

    def __init__(self, refund_id: str, since: datetime) -> None:
        not_before = since.isoformat()
        super().__init__(
            "RF1",
            f"a sending may still reach BOSS until {not_before}: look it up there again after that, then settle it",
            refund_id=refund_id,
            not_before=not_before,
        )
