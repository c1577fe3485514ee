"""What docker-compose.yml hands to the broker, tried on a real one."""

import json
from pathlib import Path

import pytest
import yaml
from amqp.exceptions import AccessRefused
from kombu import Connection
from kombu.utils.url import parse_url

from shared.settings import PROJECT, Settings
from suite.broker import Broker
from suite.deployment import make_deployment_secrets


def test_the_brokers_definitions_let_in_the_services_user_and_nobody_with_another_password(
    broker: Broker, tmp_path: Path
) -> None:
    make_deployment_secrets(tmp_path)
    for file in (PROJECT / "deploy/rabbitmq/definitions.json", tmp_path / "rabbitmq_users"):
        broker.control("import_definitions", str(file))
    given = parse_url((tmp_path / "amqp_uri").read_text())
    place = {"hostname": "127.0.0.1", "port": parse_url(broker.amqp_uri)["port"], "virtual_host": given["virtual_host"]}
    with Connection(**place, userid=given["userid"], password=given["password"]) as connection:
        connection.default_channel.queue_declare("may-declare")
    with pytest.raises(AccessRefused), Connection(**place, userid=given["userid"], password="guessed") as refused:
        refused.connect()


def test_every_secret_file_that_compose_names_is_made_and_fits_the_settings(tmp_path: Path) -> None:
    make_deployment_secrets(tmp_path)
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    assert {Path(secret["file"]).name for secret in compose["secrets"].values()} == {f.name for f in tmp_path.iterdir()}
    environment = compose["services"]["notify"]["environment"]
    files = {name: str(tmp_path / Path(file).name) for name, file in environment.items() if name.endswith("_FILE")}
    settings = Settings.load({**files, "TOUSU_ENV": "production", "TOKEN_ISSUER": "identity"})
    assert settings.need("smsc_password").production
    json.loads((tmp_path / "rabbitmq_users").read_text())


def test_a_second_call_keeps_what_is_there(tmp_path: Path) -> None:
    make_deployment_secrets(tmp_path)
    before = {file.name: file.read_text() for file in tmp_path.iterdir()}
    make_deployment_secrets(tmp_path)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == before


def test_compose_can_scale_every_service() -> None:
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    for name, service in compose["services"].items():
        assert "container_name" not in service, name
        assert "ports" not in service, name
