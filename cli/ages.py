"""Ages in plain words: two units at most, the larger first."""

UNITS = (("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def in_words(seconds: int) -> str:
    """`2 days 3 h`, `4 h 12 min`, `35 s`."""
    parts: list[str] = []
    for name, length in UNITS:
        count, seconds = divmod(seconds, length)
        if count or (name == "s" and not parts):
            parts.append(f"{count} {name}s" if name == "day" and count > 1 else f"{count} {name}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts)
