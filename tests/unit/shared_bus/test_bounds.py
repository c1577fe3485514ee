"""How long callers and publishers wait at most: tests on real servers shorten these, so here they stand as promised."""

from shared import documents, presence
from shared.bus import call, rpc, wire

PROMISED = 5.0


def test_F7_a_publish_fails_within_five_seconds() -> None:
    assert wire.CONFIRM_SECONDS == PROMISED


def test_a_call_of_another_service_ends_within_five_seconds_and_its_request_with_it() -> None:
    assert PROMISED == call.CALL_SECONDS
    assert call.EXPIRATION == "5000"


def test_F11_the_database_has_four_of_the_five_seconds_for_each_request_and_each_operation() -> None:
    assert (presence.ANSWER_WITHIN, documents.ANSWER_WITHIN, rpc.Rpc().database_seconds) == (4.0, 4.0, 4.0)
