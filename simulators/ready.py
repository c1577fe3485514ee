"""How a simulator says that it listens."""

import json
from pathlib import Path


def tell(ready: Path, ports: dict[str, int]) -> None:
    """Writes the ports; replaces the file in one step, so that nobody reads half of it."""
    fresh = ready.with_suffix(".new")
    fresh.write_text(json.dumps(ports))
    fresh.replace(ready)
