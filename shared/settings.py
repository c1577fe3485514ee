"""Settings of a process: from environment variables, each secret also from the file that NAME_FILE names."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

import marshmallow.validate as must
from environs import Env, EnvValidationError, ValidationError

from shared.sealing import ONLY_SUITE

PROJECT = Path(__file__).resolve().parents[1]
KEY_BYTES = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
ENVIRONMENTS = ("development", "production")


class SettingsError(Exception):
    """One or more variables are missing or wrong; the message names them all, without any secret's value."""

    def __init__(self, faults: Mapping[str, list[str]]) -> None:
        self.faults = dict(faults)
        lines = [f"  {name}: {' '.join(dict.fromkeys(said))}" for name, said in sorted(faults.items())]
        super().__init__("\n".join(["The environment does not fit:", *lines]))


@dataclass(frozen=True)
class Settings:
    """All settings. What may hold a secret is kept out of its repr."""

    amqp_uri: str = field(repr=False)
    mongo_url: str = field(repr=False)
    environment: str
    run_dir: Path
    policies: Path
    log_level: str
    database_prefix: str
    max_workers: int
    alive_file: Path | None  # touched for as long as the process's green threads turn
    master_keys: Mapping[str, bytes] = field(repr=False)  # by id, the current one first
    master_keys_file: Path | None = field(compare=False)  # where they came from, to be read anew when they rotate
    suite_key: Mapping[str, bytes] = field(repr=False)  # seals customers in events (intake, refund, notify)
    index_key: bytes = field(repr=False)  # blind indexes and ids: stays when master keys rotate
    token_keys: Mapping[str, Any]  # JWKS of the public keys that may sign callers' tokens
    token_issuer: str
    service_token_key: str = field(repr=False)  # private key (PEM) for this service's own tokens
    boss_url: str
    smsc_host: str
    smsc_port: int
    smsc_system_id: str
    smsc_password: str = field(repr=False)
    sms_sender: str

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """Read all variables. Raises SettingsError with every fault at once."""
        env = _Variables(environ)
        environment = env.str("TOUSU_ENV", "development", validate=must.OneOf(ENVIRONMENTS))
        env.suit(environment)
        settings = cls(
            amqp_uri=env.str(
                "AMQP_URI",
                validate=must.Regexp(
                    r"amqps?://[^;]+(;amqps?://[^;]+)*;?\Z",
                    error="Must be amqp:// or amqps:// and an address; several with ; between.",
                ),
            ),
            mongo_url=env.str(
                "MONGO_URL", validate=must.Regexp(r"mongodb(\+srv)?://", error="Must begin with mongodb://.")
            ),
            environment=environment,
            run_dir=env.path("TOUSU_RUN_DIR", PROJECT / ".run"),
            policies=env.path("TOUSU_POLICIES", PROJECT / "policies"),
            log_level=env.str("LOG_LEVEL", "INFO", validate=must.OneOf(LOG_LEVELS)),
            database_prefix=env.str("TOUSU_DATABASE_PREFIX", "tousu", validate=must.Regexp(r"[a-z0-9_]{1,30}\Z")),
            max_workers=env.int("MAX_WORKERS", 10, validate=must.Range(1, 100)),
            alive_file=env.path("ALIVE_FILE", None),
            master_keys=env.master_keys("MASTER_KEYS"),
            master_keys_file=Path(file) if (file := environ.get("MASTER_KEYS_FILE")) else None,
            suite_key=env.suite_keys("SUITE_KEY"),
            index_key=env.secret_key("INDEX_KEY"),
            token_keys=cast("dict[str, Any]", env.json("TOKEN_KEYS", validate=_is_key_set)),
            token_issuer=env.str("TOKEN_ISSUER", "tousu-development"),
            service_token_key=env.str("SERVICE_TOKEN_KEY", validate=must.Regexp("-----BEGIN PRIVATE KEY-----")),
            boss_url=env.str("BOSS_URL", ""),
            smsc_host=env.str("SMSC_HOST", ""),
            smsc_port=env.int("SMSC_PORT", 0, validate=must.Range(0, 65535)),
            smsc_system_id=env.str("SMSC_SYSTEM_ID", ""),
            smsc_password=env.str("SMSC_PASSWORD", ""),
            sms_sender=env.str("SMS_SENDER", "10086", validate=must.Regexp(r"\d{3,21}\Z")),
        )
        env.judge()
        return settings

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def clock_file(self) -> Path | None:
        """Where a development suite's business time is moved; production has no such file."""
        return None if self.production else self.run_dir / "clock.json"

    def need(self, *names: str) -> Self:
        """Itself, once none of these fields is empty: what only some services need. Raises SettingsError."""
        faults = {name.upper(): ["This service cannot do without it."] for name in names if not getattr(self, name)}
        if faults:
            raise SettingsError(faults)
        return self


class _Variables(Env):
    """environs over a given mapping, with NAME_FILE beside NAME, and all faults kept until the end."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(eager=False)
        self._given = environ
        self.add_parser("master_keys", master_keys_in)
        self.add_parser("secret_key", _secret_key)
        self.add_parser("suite_keys", _suite_keys)

    def suit(self, environment: str) -> None:
        """What production does without is refused, what it needs is demanded."""
        if environment == "production":
            self.refuse(["CLOCK_ORIGIN", "CLOCK_RATE"], "Business time cannot be moved in production.")
            self.refuse(["CRASH_AT", "FAIL_AT", "CONTROL"], "Nothing is broken on purpose in production.")
            self.demand(["TOKEN_ISSUER"], "Production names who issues its tokens.")

    def refuse(self, names: list[str], why: str) -> None:
        for name in names:
            if self._given.get(name):
                self._errors[name].append(why)

    def demand(self, names: list[str], why: str) -> None:
        for name in names:
            if not self._given.get(name):
                self._errors[name].append(why)

    def judge(self) -> None:
        try:
            self.seal()
        except EnvValidationError as error:
            raise SettingsError(
                cast("dict[str, list[str]]", error.error_messages)
            ) from None  # the cause may quote a secret

    def _get_value(self, env_key: str, default: Any) -> Any:
        file = self._given.get(f"{env_key}_FILE")
        if not file:
            return self._given.get(env_key) or default  # empty is not set: compose files write NAME: ${NAME:-}
        if self._given.get(env_key):
            self._errors[env_key].append(f"Give it or {env_key}_FILE, not both.")
        try:
            return Path(file).read_text().strip()
        except (OSError, UnicodeDecodeError):
            self._errors[f"{env_key}_FILE"].append(f"Cannot read {file}.")
            return default


def _secret_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValidationError("Must be base64.") from None
    if len(key) != KEY_BYTES:
        raise ValidationError(f"Must be base64 of {KEY_BYTES} bytes, not of {len(key)}.")
    return key


def _suite_keys(text: str) -> dict[str, bytes]:
    """Like master keys; one alone needs no id."""
    return master_keys_in(text) if ":" in text else {ONLY_SUITE: _secret_key(text)}


def master_keys_in(text: str) -> dict[str, bytes]:
    """The keys of lines `id:base64`, the current one first; ValidationError says what is wrong."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(text.split(), 1):
        key_id, colon, key = line.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", key_id):
            raise ValidationError(f"Line {number} must be id:base64-of-{KEY_BYTES}-bytes.")
        if key_id in keys:
            raise ValidationError(f"The id {key_id} comes twice.")
        keys[key_id] = _secret_key(key)
    if not keys:
        raise ValidationError("Needs at least one line id:base64.")
    return keys


def _is_key_set(value: Any) -> None:
    keys = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(keys, list) or not keys:
        raise ValidationError('Must be a JWKS: {"keys": [...]} with at least one key.')
    for key in keys:
        if not isinstance(key, dict) or not key.get("kid") or key.get("crv") != "Ed25519" or "d" in key:
            raise ValidationError("Each key must be a public Ed25519 key with a kid.")
