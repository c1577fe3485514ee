"""Moments as whole numbers: milliseconds in UTC and days of Shanghai, both since 1970. Pure."""

from datetime import datetime, timedelta

MS, DAY_MS = timedelta(milliseconds=1), 86_400_000
EAST_MS = DAY_MS // 3  # Shanghai is eight hours ahead, all the year round
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def milliseconds(at: datetime) -> int:
    """Since 1970, in UTC."""
    return (at - EPOCH) // MS


def moment(moment_ms: int) -> datetime:
    """The moment again."""
    return EPOCH + moment_ms * MS


def day_number(moment_ms: int) -> int:
    """The day in Shanghai, counted since 1970."""
    return (moment_ms + EAST_MS) // DAY_MS
