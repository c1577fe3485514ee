"""`python -m suite.deployment`: a first set of secret files for docker-compose.yml, in deploy/secrets.

An installation replaces token_keys by its identity system's public keys, and keeps all of them where it keeps secrets.
"""

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path

from shared.settings import PROJECT
from suite.secrets import make_secrets

FOLDER = PROJECT / "deploy" / "secrets"
USER, VHOST = "tousu", "tousu"


def make_deployment_secrets(folder: Path) -> None:
    """Write every file that docker-compose.yml names; files that are there are kept."""
    make_secrets(folder)
    if not (folder / "rabbitmq_users").exists():
        for name, content in _servers().items():
            (folder / name).write_text(content)
    for file in folder.iterdir():
        file.chmod(0o444)  # the containers' users are not this one; the folder keeps everybody else out


def _servers() -> dict[str, str]:
    broker, mongo = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    return {
        "amqp_uri": f"amqp://{USER}:{broker}@rabbitmq:5672/{VHOST}",
        "mongo_url": f"mongodb://{USER}:{mongo}@mongo:27017/?replicaSet=rs0&authSource=admin",
        "mongo_password": mongo,
        "mongo_keyfile": base64.b64encode(os.urandom(512)).decode(),
        "rabbitmq_users": json.dumps(_broker_users(broker)),
    }


def _broker_users(password: str) -> dict[str, object]:
    """Definitions as RabbitMQ imports them: it stores salt and SHA-256, never the password."""
    salt = os.urandom(4)
    digest = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
    user = {"name": USER, "password_hash": digest, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ""}
    rights = {"user": USER, "vhost": VHOST, "configure": ".*", "write": ".*", "read": ".*"}
    return {"users": [user], "permissions": [rights]}


if __name__ == "__main__":
    make_deployment_secrets(FOLDER)
    print(f"The secrets of docker-compose.yml are in {FOLDER.relative_to(Path.cwd())}.")
