"""F7: how long a connection waits for a host that does not take the call, and for a broker that is silent then."""

import socket
from contextlib import ExitStack

import pytest

from shared.bus import link
from shared.bus.link import Link
from shared.clock import monotonic


def test_F7_a_host_whose_queue_of_callers_is_full_is_called_anew_before_the_kernel_would(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link, "REACH_SECONDS", 0.3)
    with socket.socket() as full, ExitStack() as callers:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        began = monotonic()
        with pytest.raises(TimeoutError):
            Link(f"amqp://guest:guest@127.0.0.1:{full.getsockname()[1]}").open()
        assert monotonic() - began < 1.0


def test_F7_a_broker_that_took_the_call_has_longer_for_its_handshake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "REACH_SECONDS", 0.1)
    monkeypatch.setattr(link, "CONNECT_SECONDS", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = monotonic()
        with pytest.raises(TimeoutError):
            Link(f"amqp://guest:guest@127.0.0.1:{silent.getsockname()[1]}").open()
        assert monotonic() - began >= 0.5
