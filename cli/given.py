"""Files that a command is given: read whole, or the command ends and says what is wrong with them."""

from pathlib import Path
from typing import Any

import orjson

from cli.environment import refuse
from shared.policies.yamltext import NotYaml, read


def text_of(file: Path) -> str:
    """Its text, UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        refuse(f"{file} is not text in UTF-8.")


def request_in(file: Path) -> dict[str, Any]:
    """The fields of a request in YAML or JSON; times stay as they are written."""
    try:
        content = read(text_of(file)).content
    except NotYaml as error:
        refuse(f"{file}{f':{error.line}' if error.line else ''} is neither YAML nor JSON: {error}.")
    if not isinstance(content, dict):
        refuse(f"{file} holds no request: expected fields and their values.")
    return content


def checkpoints_in(file: Path) -> dict[str, dict[str, Any]]:
    """What `tousu audit anchors` once printed: collection -> number and hash."""
    try:
        kept = orjson.loads(text_of(file))
    except orjson.JSONDecodeError:
        kept = None
    each_has = isinstance(kept, dict) and all(
        isinstance(one, dict) and {"number", "hash"} <= set(one) for one in kept.values()
    )
    if not each_has:
        refuse(f"{file} holds no checkpoints: expected what `tousu audit anchors` printed.")
    return dict(kept)
