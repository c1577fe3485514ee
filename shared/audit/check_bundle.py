"""检查投诉证据包 / Checks an evidence bundle. Needs Python 3.9 and the package `cryptography`; nothing else.

    python check.py [bundle.zip]

Checks that no entry was edited, removed or swapped, that the signed checkpoints hold these histories, and prints what
happened. Ends with 1 and the fault where something does not fit."""

import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def main() -> None:
    bundle = zipfile.ZipFile(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("bundle.zip"))
    part = {name: json.loads(bundle.read(f"{name}.json")) for name in ("documents", "checkpoints", "keys")}
    signed = heads(part["checkpoints"], part["keys"]["public"])
    covered = [check(document, signed) for document in part["documents"]]
    for line in sorted(line for document in part["documents"] for line in story(document, part["keys"]["opening"])):
        print("  ".join(line))
    print(f"{len(covered)} documents fit their histories; {sum(covered)} of them are under a signed checkpoint.")


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def heads(checkpoints: list[Any], public: dict[str, Any]) -> dict[tuple[str, str, str], dict[int, str]]:
    """What the checkpoints say, each proved by its signature: (collection, id) -> {number: hash}."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    found: dict[tuple[str, str, str], dict[int, str]] = {}
    keys = {key["kid"]: Ed25519PublicKey.from_public_bytes(unpadded(key["x"])) for key in public["keys"]}
    for checkpoint in checkpoints:
        text, signature = checkpoint["signed"].rsplit(".", 1)
        head, content = (json.loads(unpadded(piece)) for piece in text.split("."))
        try:
            keys[head["kid"]].verify(unpadded(signature), text.encode())
        except (InvalidSignature, KeyError):
            sys.exit(f"checkpoint {content['number']} of {content['collection']}: the signature does not fit")
        for id, n, hash in content["heads"]:
            found.setdefault((checkpoint["service"], content["collection"], id), {})[n] = hash
    return found


def check(document: dict[str, Any], signed: dict[tuple[str, str, str], dict[int, str]]) -> bool:
    """Whether a checkpoint covers it; ends the program where history and hashes or checkpoints do not fit."""
    where = "{service}.{collection} {id}".format(**document)
    hash = hashlib.sha256(b"tousu\0" + document["id"].encode()).hexdigest()
    seen = []
    for n, entry in enumerate(document["history"], 1):
        hash = hashlib.sha256(hash.encode() + entry["entry"].encode()).hexdigest()
        seen.append(hash)
        if hash != entry["hash"] or json.loads(entry["entry"])["n"] != n:
            sys.exit(f"{where}: entry {n} does not fit")
    if document["head"] != {"n": len(seen), "hash": hash}:
        sys.exit(f"{where}: the history does not end where it should")
    told = signed.get((document["service"], document["collection"], document["id"]), {})
    for n, hash in told.items():
        if n > len(seen) or seen[n - 1] != hash:
            sys.exit(f"{where}: a checkpoint has seen another entry {n}")
    return bool(told)


def story(document: dict[str, Any], opening: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Each entry: when, where, what, who, and what it says, as far as the bundle opens it."""
    for stored in document["history"]:
        entry = json.loads(stored["entry"])
        said = dict(entry["data"])
        key = opening.get(document["id"])
        if key and entry.get("sealed"):
            said.update(opened(base64.b64decode(key), entry["sealed"], f"{document['id']}:{entry['n']}"))
        text = json.dumps(said, ensure_ascii=False)
        yield entry["at"], f"{document['service']}:{entry['n']:03}", entry["event"], entry["by"]["sub"], text


def opened(key: bytes, sealed: str, place: str) -> dict[str, Any]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    raw = base64.b64decode(sealed)
    return dict(json.loads(AESGCM(key).decrypt(raw[:12], raw[12:], place.encode())))


if __name__ == "__main__":
    main()
