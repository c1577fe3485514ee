"""The table of settings in docs/operating.md: names, kinds and defaults from shared/settings.py, meanings from here."""

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import fields

from shared.settings import Settings
from suite.reference.markdown import table

BEGIN, END = "<!-- settings: made from the code by `make docs` -->", "<!-- /settings -->"
KINDS = {
    "str": "text",
    "int": "integer",
    "path": "path",
    "json": "JSON",
    "master_keys": "lines `id:base64`",
    "secret_key": "base64 of 32 bytes",
    "suite_keys": "base64 of 32 bytes, or lines `id:base64`",
}
MEANINGS = {
    "AMQP_URI": "the broker; of a cluster all nodes, with `;` between (who loses one goes to the next)",
    "MONGO_URL": "the replica set",
    "TOUSU_ENV": "`development` or `production`; production refuses a moved clock and development tokens",
    "TOUSU_RUN_DIR": "where a development suite keeps its files",
    "TOUSU_POLICIES": "the folder of policy files",
    "LOG_LEVEL": "`DEBUG`, `INFO`, `WARNING` or `ERROR`; at every level without personal data",
    "TOUSU_DATABASE_PREFIX": "databases are called `<prefix>_<service>`",
    "MAX_WORKERS": "requests that one process works on at a time; at most half of them may be long ones",
    "ALIVE_FILE": "touched every few seconds while the process lives: for a container's health check",
    "MASTER_KEYS": "wrap each document's own key; the first is the current one, older ones open what they closed",
    "SUITE_KEY": "seals customers in events; the same everywhere; of several lines the first one seals, all open",
    "INDEX_KEY": "makes ids and blind indexes; never changes",
    "TOKEN_KEYS": "public Ed25519 keys (JWKS) of whoever signs callers' tokens, and of the services' own",
    "TOKEN_ISSUER": "the `iss` of callers' tokens; production must name it",
    "SERVICE_TOKEN_KEY": "private key (PEM) for this service's own tokens; its public half is among `TOKEN_KEYS`",
    "BOSS_URL": "the billing system; refund needs it",
    "SMSC_HOST": "the message centre (SMPP 3.4); notify needs it",
    "SMSC_PORT": "its port",
    "SMSC_SYSTEM_ID": "our name there",
    "SMSC_PASSWORD": "our password there",
    "SMS_SENDER": "the number that customers see (NT6)",
}


def settings() -> str:
    """The table. KeyError for a setting without a meaning here, or a meaning without a setting."""
    found = list(_variables())
    rows = [(*each, MEANINGS[each[0].strip("`")]) for each in found]
    if len(rows) != len(MEANINGS):
        raise KeyError(f"a meaning without a setting; read are {', '.join(name for name, *_ in found)}")
    return table(("variable", "holds", "unless given", "means"), rows)


def _variables() -> Iterator[tuple[str, str, str]]:
    """Name, kind and default of each variable that `Settings.load` reads, in its order."""
    secret = {each.name for each in fields(Settings) if not each.repr}
    tree = ast.parse(inspect.getsource(sys.modules[Settings.__module__]))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _kind(node) and node.args]
    for read in sorted(calls, key=lambda node: node.lineno):
        name = ast.literal_eval(read.args[0])
        yield f"`{name}`", f"{_kind(read)}, secret" if name.lower() in secret else _kind(read), _default(read)


def _kind(call: ast.Call) -> str:
    """What `env.str(…)`, `env.int(…)` and the like read; nothing for any other call."""
    of_env = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "env"
    return KINDS.get(getattr(call.func, "attr", ""), "") if of_env else ""


def _default(read: ast.Call) -> str:
    if len(read.args) < 2:
        return "**must be given**"
    default = ast.unparse(read.args[1])
    return "–" if default in ("''", "None", "0") else f"`{default.replace('PROJECT / ', '').strip(chr(39))}`"


def into(page: str) -> str:
    """The page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{settings()}\n\n{END}{after}"
