"""An evidence bundle: the histories of one complaint as they are stored, what signs them, and a program that checks."""

import base64
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from shared.audit.keeping import COLLECTION
from shared.reading import Reading

CHECK = Path(__file__).with_name("check_bundle.py")
EXPLAINED = """投诉证据包 / Evidence bundle

documents.json    各项记录的完整历史,与库中字节一致 / the histories, byte for byte as they are stored
checkpoints.json  覆盖这些历史的签名检查点 / the signed checkpoints that hold them
keys.json         验签公钥;如已依法开启,还有各记录的密钥 / public keys; where opened lawfully, each document's own key
check.py          核验程序 / the program that checks all of it:  python check.py bundle.zip
"""


def bundle(
    stores: Iterable[tuple[str, Reading[Any]]], complaint_id: str, jwks: Mapping[str, Any], opened: bool
) -> bytes:
    """The bundle of one complaint, as a zip file: its document in every store, and every document that names it.

    opened: with each document's own data key, so that names, numbers and texts can be read."""
    documents, checkpoints, opening = [], [], {}
    for service, store in stores:
        for document in _about(store, complaint_id):
            documents.append(_told(service, store, document))
            checkpoints += _covering(service, store, document)
            if opened and "key" in document:  # an erased one stays closed
                key = store.keys.data_key(document["_id"], document["key"])
                opening[document["_id"]] = base64.b64encode(key).decode()
    parts = {"documents": documents, "checkpoints": checkpoints, "keys": {"public": jwks, "opening": opening}}
    return _zipped(parts)


def _about(store: Reading[Any], complaint_id: str) -> Iterable[Mapping[str, Any]]:
    return store.collection.find({"$or": [{"_id": complaint_id}, {"complaint_id": complaint_id}]}).sort("_id", 1)


def _told(service: str, store: Reading[Any], document: Mapping[str, Any]) -> dict[str, Any]:
    named = {"service": service, "collection": store.collection.name, "id": document["_id"]}
    return named | {"head": document["head"], "history": document["history"]}


def _covering(service: str, store: Reading[Any], document: Mapping[str, Any]) -> list[dict[str, str]]:
    """The first checkpoint after the document's last change: what it signs holds all entries before."""
    since = {"collection": store.collection.name, "until": {"$gte": document["changed_at"]}}
    found = store.collection.database[COLLECTION].find_one(since, sort=[("until", 1)])
    return [{"service": service, "signed": found["signed"]}] if found else []


def _zipped(parts: Mapping[str, Any]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("README.txt", EXPLAINED)
        file.write(CHECK, "check.py")
        for name, content in parts.items():
            file.writestr(f"{name}.json", orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return written.getvalue()
