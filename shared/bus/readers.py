"""Every reader's inbox, declared before anybody publishes: an event whose reader has no queue yet would be gone."""

from collections.abc import Iterable, Set
from inspect import getmembers, isfunction

import amqp
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from shared.bus.inbox import OnEvent
from shared.bus.link import CONNECT_SECONDS
from shared.bus.misfits import misfit
from shared.bus.places import dialled
from shared.bus.topology import Binding, declare_inbox


def bindings_of(service_class: type) -> Set[Binding]:
    """What a service class reads, by its `@on_event` methods."""
    methods = (method for _, method in getmembers(service_class, isfunction))
    entrypoints = (each for method in methods for each in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ()))
    return {binding for each in entrypoints if isinstance(each, OnEvent) for binding in each.bindings}


def declare_inboxes(amqp_uri: str, service_classes: Iterable[type]) -> list[str]:
    """Makes the inbox of each of these services, with all its bindings; answers the queues' names. Idempotent.

    Raises DoesNotFit where one is there that was declared otherwise."""
    with dialled(amqp_uri, CONNECT_SECONDS) as connection:
        channel = connection.channel()
        try:
            return [declare_inbox(channel, name_of(each), bindings_of(each)) for each in service_classes]
        except amqp.PreconditionFailed as refused:
            raise misfit(refused) from refused


def name_of(service_class: type) -> str:
    """The service's name on the bus."""
    return str(getattr(service_class, "name"))  # noqa: B009  nameko's convention, unknown to the type
