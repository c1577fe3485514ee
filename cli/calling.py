"""How the command line calls the suite: a plain Nameko client with the operator's token, errors in plain words."""

import os
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.environment import refuse, settings_here
from suite.tokens import development_token

ANSWER_SECONDS = 20
SERVERS_AWAY = "The suite does not answer: is it up (make up)? "

Role = Annotated[str, typer.Option("--as", help="Development only: the role to call as.", metavar="ROLE")]
Branch = Annotated[str, typer.Option(help="Development only: the branch to call from.")]

console = Console(soft_wrap=True, highlight=False)


def call(role: str, branch: str, service: str, method: str, *arguments: Any) -> Any:
    """The answer of `service.method`; a refusal ends the command with the suite's own words."""
    from nameko.exceptions import RemoteError

    try:
        return _answer(role, branch, service, method, *arguments)
    except RemoteError as error:
        refuse(_worded(error.exc_type, error.value))


def call_if_there(role: str, branch: str, service: str, method: str, *arguments: Any) -> Any:
    """As call, but None where there is no such method or the role may not call it."""
    from nameko.exceptions import RemoteError

    try:
        return _answer(role, branch, service, method, *arguments)
    except RemoteError as error:
        if error.exc_type == "Forbidden" or _lacking(error.value, method):
            return None
        refuse(_worded(error.exc_type, error.value))


def _lacking(value: Any, method: str) -> bool:
    """Whether a service says that it has no such method."""
    return isinstance(value, dict) and value["details"].get("method") == method


def _answer(role: str, branch: str, service: str, method: str, *arguments: Any) -> Any:
    from nameko.exceptions import RpcTimeout
    from nameko.standalone.rpc import ClusterRpcProxy

    settings = settings_here()
    config = {"AMQP_URI": settings.amqp_uri, "serializer": "json"}
    token = os.environ.get("TOUSU_TOKEN") or development_token(settings, f"cli:{role}", role, branch or None)
    try:
        with ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=ANSWER_SECONDS) as cluster:
            return getattr(getattr(cluster, service), method)(*arguments)
    except (OSError, RpcTimeout) as error:
        refuse(f"{SERVERS_AWAY}({type(error).__name__})")


def _worded(name: str, value: Any) -> str:
    if not isinstance(value, dict):
        return f"{name}: {value}"
    details = "".join(f"\n  {field}: {said}" for field, said in value["details"].items())
    return f"{name}: {value['message']}{details}"
