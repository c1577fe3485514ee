"""Notify that starts while MongoDB is away: the message centre hears of it only when what it brings can be stored."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import eventlet
import pytest
from pymongo.errors import AutoReconnect

from services.notify.service import NotifyService
from shared import presence
from shared.presence import Presence
from tests.integration.notify_station import soon
from tests.smsc import SmscProcess


@pytest.fixture
def smsc(secrets: dict[str, str], tmp_path: Path) -> Iterator[SmscProcess]:
    process = SmscProcess(tmp_path, environ=secrets)
    yield process
    process.kill()


class Away:
    """Stands for a database that is away until a test says otherwise; `asked`: how often a process has looked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.away, self.asked = True, 0
        there = Presence.agree

        def agree(presence: Presence) -> None:
            self.asked += 1
            if self.away:
                raise AutoReconnect("away")
            there(presence)

        monkeypatch.setattr(Presence, "agree", agree)
        monkeypatch.setattr(presence, "ASK_AGAIN", 0.2)


def test_F11_the_link_to_the_centre_opens_only_when_the_database_is_there(
    smsc: SmscProcess, make_settings: Any, start_service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Away(monkeypatch)
    settings = make_settings(SMSC_HOST="127.0.0.1", SMSC_PORT=str(smsc.port), SMSC_SYSTEM_ID="tousu")
    starting = eventlet.spawn(start_service, NotifyService, settings)
    soon(lambda: database.asked > 5)
    assert smsc.state()["binds"] == 0

    database.away = False
    starting.wait()
    soon(lambda: smsc.state()["binds"] == 1)
