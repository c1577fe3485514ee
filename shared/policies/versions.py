"""Every policy version that was ever in force, kept in the service's database and readable again."""

from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.policies.files import Policy, PolicySet, parse


class UnknownPolicyVersion(LookupError):
    """No such version was ever in force in this service."""


class PolicyVersions:
    """The collection `policy_versions`: `{_id: "<name>:<version>", text, first_in_force_at}`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["policy_versions"]
        self._read: dict[tuple[str, str], Any] = {}

    def keep(self, policies: PolicySet, now: datetime) -> None:
        """Stores the versions in force; those known keep their first time, whoever starts at once."""
        for each in policies.loaded():
            self._read[each.policy.name, each.version] = each.value
            entry = {"text": each.text, "first_in_force_at": now}
            try:
                self._collection.update_one(
                    {"_id": f"{each.policy.name}:{each.version}"}, {"$setOnInsert": entry}, upsert=True
                )
            except DuplicateKeyError:
                continue  # another replica kept it in the same instant

    def read(self, policy: Policy, version: str) -> Any:
        """The policy's value as it stood in that version; raises UnknownPolicyVersion."""
        known = (policy.name, version)
        if known not in self._read:
            self._read[known] = parse(policy, self.text(policy, version)).value
        return self._read[known]

    def text(self, policy: Policy, version: str) -> str:
        """The file's text of that version; raises UnknownPolicyVersion."""
        entry = self._collection.find_one({"_id": f"{policy.name}:{version}"})
        if entry is None:
            raise UnknownPolicyVersion(f"{policy.file}: version {version} was never in force here")
        return str(entry["text"])

    def history(self, policy: Policy) -> list[tuple[str, datetime]]:
        """The policy's versions and when each came into force, oldest first."""
        entries = self._collection.find({"_id": {"$regex": f"^{policy.name}:"}}, {"first_in_force_at": 1})
        found = [(entry["_id"].partition(":")[2], entry["first_in_force_at"]) for entry in entries]
        return sorted(found, key=lambda entry: entry[1])
