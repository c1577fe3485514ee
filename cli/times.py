"""Times as people read them: Shanghai time, to the minute."""

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shown(iso: str | None) -> str:
    """`2026-11-23 15:00`, or a dash."""
    return datetime.fromisoformat(iso).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if iso else "-"
