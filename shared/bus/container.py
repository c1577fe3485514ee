"""Nameko's container with its two deadly habits taken away: a provider that raises, and a stop without end."""

import logging
import sys
from typing import Any

import eventlet
from nameko.containers import ServiceContainer

DRAIN_SECONDS = 25.0

log = logging.getLogger(__name__)


class Container(ServiceContainer):
    """The container of every service, once shared.bus is imported."""

    def start(self) -> None:
        """As upstream, but in order: what others stand on is set up before them, and doors open last."""
        self.started = True
        for extensions in (self.subextensions, self.dependencies, self.entrypoints):
            extensions.all.setup()
        for extensions in (self.subextensions, self.dependencies, self.entrypoints):
            extensions.all.start()

    def _run_worker(self, context: Any, handle_result: Any) -> None:
        """As upstream, but what a provider raises before the call is the call's own failure, after it a log line."""
        result = fault = None
        try:
            self._inject_dependencies(context)
            self._worker_setup(context)
            result = getattr(context.service, context.entrypoint.method_name)(*context.args, **context.kwargs)
        except (Exception, eventlet.Timeout):
            fault = sys.exc_info()
        try:
            if handle_result is not None:
                result, fault = handle_result(context, result, fault)
            elif fault:
                log.error("%s failed", context.entrypoint.method_name, exc_info=fault)
            self._worker_result(context, result, fault)
            self._worker_teardown(context)
        except Exception:
            log.exception("after %s", context.entrypoint.method_name)
        finally:
            del fault

    def stop(self) -> None:
        """SIGTERM: entrypoints stop, workers end, what is left is flushed; at most DRAIN_SECONDS (config), then kill."""
        bound = float(self.config.get("DRAIN_SECONDS", DRAIN_SECONDS))
        overdue = eventlet.Timeout(bound)
        try:
            super().stop()
        except eventlet.Timeout as timeout:
            if timeout is not overdue:
                raise
            log.error("not finished %s s after the signal to stop; the rest is given up and comes again", bound)
            self.kill()
        finally:
            overdue.cancel()
