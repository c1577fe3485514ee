"""A service cancelled in answer to a fee reminder (IN16)."""

from services.refund.no_charge import no_charge_claim, request_id_of
from services.refund.requesting import draft
from tests.unit.refund.makers import NOW, NUMBER, complaint, met, rules

NO_CHARGE = {"service": "手机报", "period": "2026-11", "fee_fen": 500}


def test_IN16_a_cancelled_service_is_not_charged_at_all_and_its_whole_fee_comes_back() -> None:
    claim = no_charge_claim(complaint(), NO_CHARGE, "20261123-1")
    drafted = draft(claim, met(), NOW, rules())
    assert [(line.kind, line.amount_fen) for line in drafted.lines] == [("principal", 500)]
    assert (claim.msisdn, claim.service, claim.period, claim.complaint_id) == (NUMBER, "手机报", "2026-11", "c-1")
    assert drafted.objections == ()


def test_IN16_the_no_charge_refund_is_asked_for_once_however_often_the_news_comes() -> None:
    assert request_id_of("c" * 32) == request_id_of("c" * 32)
    assert len(request_id_of("c" * 64)) <= 64
