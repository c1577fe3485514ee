"""The schema of playbook.yml, what callers ask of it, and that its leaves are leaves of the catalogue."""

from collections.abc import Iterator
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from services.intake.catalogue import Catalogue
from services.intake.playbook import ANY_LEAF, Advice, Avoided, Entry, Playbook, Used
from services.intake.vocabulary import CustomerKind, WordKind
from shared.fields import Text, short, word_of
from shared.policies import Fault, Policy, PolicySet

NAME = validate.Regexp(r"[a-z][a-z_]*\Z", error="Lower-case letters and _ only.")


def _texts(**options: Any) -> fields.List[str]:
    return fields.List(Text(), required=True, **options)


class _Made(Schema):
    """Loads its dataclass; lists become tuples."""

    def made(self, kind: type[Any], data: dict[str, Any]) -> Any:
        return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in data.items()})


class AdviceSchema(_Made):
    name = short(required=True)
    signs = Text()
    steps = _texts(validate=validate.Length(1))
    warning = Text()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.made(Advice, data)


class AvoidedSchema(_Made):
    kind = word_of(WordKind, required=True)
    words = _texts(validate=validate.Length(1))
    why = Text(required=True)
    instead = Text(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.made(Avoided, data)


class UsedSchema(_Made):
    when = short(required=True)
    words = Text(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.made(Used, data)


class EntrySchema(_Made):
    id = fields.String(required=True, validate=NAME)
    leaf = short(required=True)
    title = short(required=True)
    cause = Text(required=True)
    checks = _texts()
    steps = _texts(validate=validate.Length(1))
    wording = Text(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.made(Entry, data)


def _all_kinds(given: dict[str, Any]) -> None:
    if missing := [kind for kind in get_args(CustomerKind) if kind not in given]:
        raise ValidationError(f"missing: {', '.join(missing)}")


def _once(given: list[Entry]) -> None:
    ids = [entry.id for entry in given]
    if doubled := sorted({id for id in ids if ids.count(id) > 1}):
        raise ValidationError(f"used twice: {', '.join(doubled)}")


class PlaybookSchema(Schema):
    """Loads a Playbook."""

    held_back = fields.List(word_of(WordKind), required=True)
    customers = fields.Dict(
        keys=word_of(CustomerKind), values=fields.Nested(AdviceSchema), required=True, validate=_all_kinds
    )
    avoid = fields.List(fields.Nested(AvoidedSchema), required=True)
    use = fields.List(fields.Nested(UsedSchema), required=True)
    scenes = fields.Dict(keys=fields.String(validate=NAME), values=fields.Nested(AdviceSchema), required=True)
    entries = fields.List(fields.Nested(EntrySchema), required=True, validate=_once)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Playbook:
        return Playbook(
            customers=data["customers"],
            avoid=tuple(data["avoid"]),
            use=tuple(data["use"]),
            scenes=data["scenes"],
            entries={entry.id: entry for entry in data["entries"]},
            held_back=frozenset(data["held_back"]),
        )


PLAYBOOK = Policy("playbook", "playbook.yml", PlaybookSchema)


def knowledge_fits_catalogue(policies: PolicySet) -> Iterator[Fault]:
    """Each entry whose leaf the catalogue does not have."""
    playbook: Playbook = policies[PLAYBOOK.name]
    catalogue: Catalogue = policies["catalogue"]
    for number, entry in enumerate(playbook.entries.values()):
        if entry.leaf != ANY_LEAF and catalogue.leaf(entry.leaf) is None:
            nearest = ", ".join(leaf.code for leaf in catalogue.nearest(entry.leaf))
            message = f"{entry.leaf!r} is no leaf of catalogue.yml; the nearest: {nearest}"
            yield policies.fault(PLAYBOOK.name, ("entries", str(number), "leaf"), message)


class AdviseSchema(Schema):
    """What `advise` is asked: a kind of customer, a leaf, a scene; what is not named is answered by a list of names."""

    customer_kind = word_of(CustomerKind)
    category = short()
    scene = short()


class WordsSchema(Schema):
    """A text for the word check; given with the complaint it is for, a judged one may admit a fault (PB6)."""

    text = Text(required=True)
    complaint_id = short()

    @pre_load
    def alone(self, data: Any, **_: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data
