"""The upstream code that this package replaces or builds on, by digest: a change there fails here, and is read first.

Among it the faults that take too long to show in a test: a publish to a stopped or blocked broker hangs, a stop repeats
work, a call waits for ever, and one message that kills its process takes nine others with it.
"""

import hashlib
import inspect
from collections.abc import Callable
from typing import Any

import amqp
import kombu.mixins
import nameko.amqp.publish
import nameko.cli.run
import nameko.containers
import nameko.events
import nameko.extensions
import nameko.messaging
import nameko.rpc
import nameko.timer
import pytest
from amqp.method_framing import frame_writer
from amqp.transport import TCPTransport, _AbstractTransport

from shared.bus.container import Container

PlainContainer = Container.__mro__[1]

REPLACED: dict[str, Any] = {
    # container.py
    "start": PlainContainer.start,
    "run worker": PlainContainer._run_worker,
    # rpc.py: dies of no reply address, runs what was redelivered, answers through a publisher that hangs
    "rpc consumer": nameko.rpc.RpcConsumer,
    "rpc": nameko.rpc.Rpc,
    "responder": nameko.rpc.Responder,
    # inbox.py: a failing handler's event is acknowledged
    "event handler": nameko.events.EventHandler,
    "message consumer": nameko.messaging.Consumer,
    # consumer.py and lifeline.py: closes before workers have acknowledged, backs off to 30 s, prefetches max_workers
    "queue consumer": nameko.messaging.QueueConsumer,
    "consumer mixin": kombu.mixins.ConsumerMixin,
    # call.py: waits without end
    "rpc reply": nameko.rpc.RpcReply,
    "method proxy": nameko.rpc.MethodProxy,
    # wire.py: waits without end for a pool, a socket, a confirm
    "publisher": nameko.amqp.publish.Publisher,
    "basic publish": amqp.Channel._basic_publish,
    # tick.py: follows wall time
    "timer": nameko.timer.Timer,
}

BUILT_ON: dict[str, Any] = {
    "stop": PlainContainer.stop,
    "kill": PlainContainer.kill,
    "spawn worker": PlainContainer.spawn_worker,
    "container class": nameko.containers.get_container_cls,
    "binding": nameko.extensions.Extension.bind,
    "sharing": nameko.extensions.SharedExtension.bind,
    "collecting": nameko.extensions.ProviderCollector,
    "run": nameko.cli.run.run,
    "frame writer": frame_writer,
    "connect": amqp.Connection.connect,
    "collect": amqp.Connection.collect,
    "reading": amqp.Connection.blocking_read,
    "heartbeat": amqp.Connection.heartbeat_tick,
    "deliver": amqp.Channel._on_basic_deliver,
    "cancelled": amqp.Channel._on_basic_cancel_ok,
    "send method": amqp.Channel.send_method,
    "write": _AbstractTransport.write,
    "end of a transport": _AbstractTransport.close,
    "read": TCPTransport._read,
}

DIGESTS: dict[str, str] = {
    "start": "04c956912a66530e",
    "run worker": "7418dcb704693677",
    "rpc consumer": "a3f48a04f9ff3d23",
    "rpc": "94d07215dccf9958",
    "responder": "3c2b0cfd26675e7b",
    "event handler": "f37a095fc9fd3b1c",
    "message consumer": "c793fc4520ea4f95",
    "queue consumer": "370b9a3cc595aeb0",
    "consumer mixin": "65e0e9f175a21d6e",
    "rpc reply": "42ce5368d4d3682d",
    "method proxy": "d03d1bcc226a719d",
    "publisher": "801ebfb501fceca8",
    "basic publish": "435fd18a6c885ecc",
    "timer": "3b9c4aa45f4eb5d1",
    "stop": "b55f0e4703ee25b9",
    "kill": "c283564f02ad9323",
    "spawn worker": "858f552e99bbd84f",
    "container class": "a7f2e643dc9b2cbd",
    "binding": "ce72ac6835967c15",
    "sharing": "a0c38cfef0eea9e2",
    "collecting": "9af592d24aec1f03",
    "run": "594b0014bf3c4791",
    "frame writer": "aeb6ed1af3635509",
    "connect": "1e980061da9e170d",
    "collect": "96c9a41ec9bae8ec",
    "reading": "c31d5e52c494d593",
    "heartbeat": "6e0e042ed2481241",
    "deliver": "2656a7f69b1c1e8a",
    "cancelled": "2516ca0ee47b7a88",
    "send method": "96f1afb04ea82655",
    "write": "ce237b9ce93f32a9",
    "end of a transport": "feac72260cb278ab",
    "read": "e70c3702dc01e3b7",
}


def digest(source: Callable[..., Any]) -> str:
    return hashlib.sha256(inspect.getsource(source).encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", sorted(REPLACED | BUILT_ON))
def test_upstream_is_what_was_read_and_repaired(name: str) -> None:
    assert digest((REPLACED | BUILT_ON)[name]) == DIGESTS[name], "read the change, see whether the repair still fits"
