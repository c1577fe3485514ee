"""Services cancelled in answer to a fee reminder: each fee is claimed back whole, by itself and once (IN16)."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.refund.desk import Desk
from services.refund.errors import AlreadyClaimed
from services.refund.no_charge import no_charge_claim, request_id_of
from services.refund.no_charge_schema import CancelledReader
from shared.aggregate import Actor
from shared.bus.retries import PermanentFault
from shared.errors import TousuError, Unavailable
from shared.requests import request_of

READER = CancelledReader()
SELF = Actor("service:refund", "system")

log = logging.getLogger(__name__)


def claim_back(desk: Desk, registration: Mapping[str, Any], now: datetime) -> None:
    """Claims the fee that a registration says must not be charged; the usual levels sign it (RF12).

    A charge that is refunded already stays so (RF19). PermanentFault names what else speaks against it."""
    told = READER.load(registration)
    no_charge, complaint = told["no_charge"], desk.refunds.complaints.find(told["complaint_id"])
    if complaint is None or no_charge is None or no_charge["fee_fen"] == 0:
        return
    content = {"request_id": request_id_of(complaint.complaint_id), "no_charge": no_charge}
    request = request_of(desk.refunds.keys, "refund", SELF, "no_charge", complaint.complaint_id, content)
    try:
        desk.take(no_charge_claim(complaint, no_charge, told["serial_no"]), request, SELF, now)
    except AlreadyClaimed:
        log.info("the fee cancelled with complaint %s is refunded already", complaint.complaint_id)
    except Unavailable:
        raise
    except TousuError as refused:
        raise PermanentFault(f"no-charge refund of complaint {complaint.complaint_id}: {refused.message}") from refused
