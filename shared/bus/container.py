"""Nameko's container without its habits: it starts in no order, dies of a provider that raises, stops without end, and
falls over its own half-made parts when it is told to stop before it is up."""

import logging
import sys
from typing import Any

import eventlet
import pymongo
from nameko.containers import ServiceContainer

from shared.clock import monotonic
from shared.errors import Unavailable

DRAIN_SECONDS = 25.0
DELIVERED_AT = "delivered_at"  # in a worker's context: when its request came (monotonic)
LEAST_SECONDS = 0.5  # of the database, for what has waited long because everybody is busy

log = logging.getLogger(__name__)


class Container(ServiceContainer):
    """The container of every service, once shared.bus is imported."""

    _starter: Any = None

    def start(self) -> None:
        """As upstream, but in order: what others stand on is ready before them, and the doors open last."""
        self.started, self._starter = True, eventlet.getcurrent()
        order = (self.subextensions, self.dependencies, self.entrypoints)
        try:
            for extensions in order:
                extensions.all.setup()
            for extensions in order:
                extensions.all.start()
        finally:  # also where it cannot start: who then stops it is not who started it
            self._starter = None

    @property
    def away(self) -> bool:
        """Whether a server that everything here needs has been missed for a while: what begins now would only wait."""
        return any(getattr(each, "away", False) for each in self.subextensions)

    def _run_worker(self, context: Any, handle_result: Any) -> None:
        """As upstream, but what a provider raises before the call is the call's failure, and after it a log line.

        An entrypoint with `database_seconds` has so many for all operations of the database together, counted from
        when its request came: what waited for a worker behind a silent database does not wait there again."""
        result = fault = None
        try:
            if getattr(context.entrypoint, "somebody_waits", False) and self.away:
                raise Unavailable("the database behind this service is away; the same request may be repeated")
            with pymongo.timeout(_seconds_left(context)):
                self._inject_dependencies(context)
                self._worker_setup(context)
                result = getattr(context.service, context.entrypoint.method_name)(*context.args, **context.kwargs)
        except (Exception, eventlet.Timeout):  # noqa: BLE001  whatever it is, it is answered
            fault = sys.exc_info()
        try:
            if handle_result is not None:
                result, fault = handle_result(context, result, fault)
            self._worker_result(context, result, fault)
            self._worker_teardown(context)
        except Exception:
            log.exception("%s could not be ended in order", context.entrypoint.method_name)
        finally:
            del fault  # it holds this frame

    def stop(self) -> None:
        """Entrypoints stop, workers end, what is left is flushed: at most DRAIN_SECONDS (config), then kill().

        Before it is up nothing is in hand: the process ends at once."""
        if self._starter:
            log.warning("told to stop before it was up")
            eventlet.kill(self._starter, SystemExit(0))
            return
        bound = float(self.config.get("DRAIN_SECONDS", DRAIN_SECONDS))
        try:
            with eventlet.Timeout(bound, TimeoutError(f"still busy {bound:.0f} s after the signal to stop")):
                super().stop()
        except Exception:
            log.exception("not stopped in order; what was not acknowledged comes again")
            self.kill()


def _seconds_left(context: Any) -> float | None:
    """Of the database, for this worker; None: as long as each of its operations may take."""
    seconds: float | None = getattr(context.entrypoint, "database_seconds", None)
    if seconds is None:
        return None
    now = monotonic()
    delivered_at: float = context.data.get(DELIVERED_AT, now)
    return max(LEAST_SECONDS, seconds - (now - delivered_at))
