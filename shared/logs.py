"""Logs: one JSON line each on stderr, without personal data (PR1: numbers masked, names and free text left out)."""

import logging
import logging.config
import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "***"
FREE_TEXT_FIELDS = {
    *("name", "customer_name", "content", "text", "demand", "said", "customer_said", "process", "lesson", "evidence"),
    *("reason", "note", "comment", "remark", "instruction", "solution", "counter", "what", "variables", "cause"),
    *("opinion", "statement", "reference"),
}
SECRET_FIELDS = {"password", "token", "auth_token", "secret", "authorization", "key", "sealed"}
HIDDEN_FIELDS = FREE_TEXT_FIELDS | SECRET_FIELDS
MOBILE = re.compile(r"(?<!\d)((?:\+?86[ -]?)?1\d{2})[ -]?\d{4}[ -]?(\d{4})(?!\d)")
IDENTITY_CARD = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dXx])")
CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")
CHINESE = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff\u3000-\u303f\uff00-\uffef]*")


def masked(value: Any) -> Any:
    """The same value without personal data, at any depth: mobiles as 139****0001, fields of free text as ***."""
    if isinstance(value, str):
        return _masked_text(value)
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, Mapping):
        return {masked(key): HIDDEN if _hides(key, inner) else masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(inner) for inner in value]
    text = _masked_text(str(value))
    return value if isinstance(value, int) and text == str(value) else text


def configure(service: str, level: str = "INFO") -> None:
    """Send structlog's and the standard library's logs to stderr as JSON lines that name the service."""
    structlog.configure(
        processors=[*_COMMON, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": formatter, "service": service}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"level": level, "handlers": ["stderr"]},
        }
    )
    logging.captureWarnings(True)


def formatter(service: str) -> logging.Formatter:
    """The formatter alone, for a logging configuration in a file."""

    def name_service(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"service": service, **event}

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_COMMON,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            name_service,
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def mask(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The last processor before rendering. Tracebacks also lose Chinese: a message may quote what a customer said."""
    if "exception" in event:
        event["exception"] = CHINESE.sub("…", str(event["exception"]))
    return dict(masked(event))


def _hides(key: Any, value: Any) -> bool:
    return isinstance(key, str) and key.lower() in HIDDEN_FIELDS and value not in (None, "")


def _masked_text(text: str) -> str:
    text = MOBILE.sub(r"\1****\2", text)
    text = IDENTITY_CARD.sub(r"\1********\2", text)
    return CREDENTIALS.sub(HIDDEN, text)


_COMMON: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
