"""Settings: everything from the environment, every fault in one message, no secret ever shown."""

import base64
import json
from pathlib import Path

import pytest

from shared.settings import Settings, SettingsError

KEY = base64.b64encode(b"k" * 32).decode()
TOKEN_KEYS = json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": "eA"}]})
PEM = "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----"
GOOD = {
    "AMQP_URI": "amqp://tousu:hidden@broker//",
    "MONGO_URL": "mongodb://tousu:hidden@mongo/?replicaSet=rs0",
    "MASTER_KEYS": f"new:{KEY}\nold:{KEY}",
    "SUITE_KEY": KEY,
    "INDEX_KEY": KEY,
    "TOKEN_KEYS": TOKEN_KEYS,
    "SERVICE_TOKEN_KEY": PEM,
}


def without(name: str) -> dict[str, str]:
    return {other: value for other, value in GOOD.items() if other != name}


def faults_of(environ: dict[str, str]) -> dict[str, list[str]]:
    with pytest.raises(SettingsError) as refused:
        Settings.load(environ)
    return refused.value.faults


def test_the_first_master_key_is_the_current_one() -> None:
    assert list(Settings.load(GOOD).master_keys) == ["new", "old"]


def test_development_is_the_default_and_has_a_clock_that_can_be_moved(tmp_path: Path) -> None:
    settings = Settings.load({**GOOD, "TOUSU_RUN_DIR": str(tmp_path)})
    assert not settings.production
    assert settings.clock_file == tmp_path / "clock.json"


def test_production_has_no_clock_that_can_be_moved() -> None:
    settings = Settings.load({**GOOD, "TOUSU_ENV": "production", "TOKEN_ISSUER": "identity"})
    assert settings.production
    assert settings.clock_file is None


@pytest.mark.parametrize("name", ["CLOCK_ORIGIN", "CLOCK_RATE"])
def test_production_refuses_to_move_business_time(name: str) -> None:
    assert list(faults_of({**GOOD, "TOUSU_ENV": "production", "TOKEN_ISSUER": "identity", name: "1"})) == [name]


@pytest.mark.parametrize("name", ["CRASH_AT", "FAIL_AT", "CONTROL"])
def test_production_refuses_to_break_anything_on_purpose(name: str) -> None:
    assert list(faults_of({**GOOD, "TOUSU_ENV": "production", "TOKEN_ISSUER": "identity", name: "any"})) == [name]


def test_production_must_name_its_token_issuer() -> None:
    assert list(faults_of({**GOOD, "TOUSU_ENV": "production"})) == ["TOKEN_ISSUER"]


@pytest.mark.parametrize("name", list(GOOD))
def test_each_secret_may_come_from_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(GOOD[name] + "\n")
    assert Settings.load({**without(name), f"{name}_FILE": str(file)}) == Settings.load(GOOD)


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_variable_is_named(name: str) -> None:
    assert list(faults_of(without(name))) == [name]


def test_an_empty_variable_is_not_set() -> None:
    assert Settings.load({**GOOD, "BOSS_URL": "", "MAX_WORKERS": "", "TOKEN_ISSUER": ""}) == Settings.load(GOOD)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert (
        str(tmp_path / "none")
        in faults_of({**without("SUITE_KEY"), "SUITE_KEY_FILE": str(tmp_path / "none")})["SUITE_KEY_FILE"].pop()
    )


def test_a_value_and_a_file_for_it_are_one_too_many(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(KEY)
    assert list(faults_of({**GOOD, "SUITE_KEY_FILE": str(file)})) == ["SUITE_KEY"]


WRONG = {
    "TOUSU_ENV": "test",
    "AMQP_URI": "http://broker",
    "MONGO_URL": "broker",
    "MASTER_KEYS": f"same:{KEY} same:{KEY}",
    "SUITE_KEY": "c2hvcnQ=",
    "INDEX_KEY": "not base64!",
    "TOKEN_KEYS": '{"keys": []}',
    "SERVICE_TOKEN_KEY": "-----BEGIN PUBLIC KEY-----",
    "MAX_WORKERS": "many",
    "SMSC_PORT": "70000",
    "SMS_SENDER": "China Mobile",
    "TOUSU_DATABASE_PREFIX": "a/b",
}


@pytest.mark.parametrize("name", list(WRONG))
def test_a_wrong_value_is_named(name: str) -> None:
    assert list(faults_of({**GOOD, name: WRONG[name]})) == [name]


def test_all_faults_stand_in_one_message_without_the_values_of_secrets() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.load({**GOOD, **WRONG})
    assert refused.value.faults.keys() == WRONG.keys()
    assert all(name in str(refused.value) for name in WRONG)
    assert "c2hvcnQ=" not in str(refused.value)
    assert KEY not in str(refused.value)


def test_a_private_key_among_the_token_keys_is_refused() -> None:
    leaked = json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": "eA", "d": "eA"}]})
    assert list(faults_of({**GOOD, "TOKEN_KEYS": leaked})) == ["TOKEN_KEYS"]


def test_no_secret_stands_in_the_repr() -> None:
    shown = repr(Settings.load(GOOD))
    assert "hidden" not in shown
    assert "kkkk" not in shown
    assert "PRIVATE" not in shown


def test_what_only_some_services_need_is_asked_for_by_them() -> None:
    with pytest.raises(SettingsError, match="BOSS_URL"):
        Settings.load(GOOD).need("boss_url", "sms_sender")
    settings = Settings.load({**GOOD, "BOSS_URL": "http://boss"})
    assert settings.need("boss_url") is settings


def test_NT6_everything_leaves_from_10086_unless_the_configuration_names_another_number() -> None:
    assert Settings.load(GOOD).sms_sender == "10086"
    assert Settings.load({**GOOD, "SMS_SENDER": "1008611"}).sms_sender == "1008611"
    assert "SMS_SENDER" in faults_of({**GOOD, "SMS_SENDER": "China Mobile"})
