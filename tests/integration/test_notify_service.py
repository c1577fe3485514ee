"""From an event to a phone and back: notify with a real broker, a real database and a real message centre."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.notify.service import NotifyService
from shared.clock import ClockFile
from shared.settings import Settings
from tests.integration.notify_station import Station, soon
from tests.smsc import SmscProcess
from tests.unit.notify.makers import CUSTOMER, case, shanghai

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def station(
    make_settings: Callable[..., Settings],
    start_service: Any,
    make_client: Any,
    secrets: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Station]:
    smsc = SmscProcess(tmp_path_factory.mktemp("smsc"), environ=secrets)
    settings = make_settings(SMSC_HOST="127.0.0.1", SMSC_PORT=str(smsc.port), SMSC_SYSTEM_ID="tousu")
    assert settings.clock_file is not None
    clock = ClockFile(Path(settings.clock_file))
    clock.start(shanghai("2026-11-23 09:00"))
    start_service(NotifyService, settings)
    yield Station(settings, smsc, clock, make_client)
    smsc.kill()


def test_RP2_an_opened_case_tells_the_customer_number_and_limit(station: Station) -> None:
    station.tell("escalation", "case_opened", case(complaint_id="c1"), "c1:1")

    soon(lambda: station.statuses(complaint_id="c1") == ["delivered", "delivered"])
    [shown] = station.on_phones(CUSTOMER)
    assert shown["text"].startswith(
        "【中国移动】尊敬的客户，您的投诉已受理，流水号2026112300018，我们将在11月25日09:00前答复您。"
    )
