"""Arguments go by the contract's names, so that callers may name them too."""

import pytest

from services import SERVICES
from suite.rehearsal.doors import methods

QUERIES = {(), ("id",), ("filter",), ("id", "filter"), ("text",)}
COMMANDS = {("request",), ("id", "command")}


@pytest.mark.parametrize("service", SERVICES)
def test_queries_take_an_id_or_a_filter_and_commands_an_id_and_a_command_or_a_request(service: str) -> None:
    assert set(methods(service).values()) <= QUERIES | COMMANDS
