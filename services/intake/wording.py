"""A reply's words: which knowledge it stands on, and which words it had better avoid (PB2, PB5, PB6). Pure."""

from services.intake import commands as c
from services.intake.course import Occasion
from services.intake.errors import WordsHeldBack, WrongField
from services.intake.model import Complaint
from services.intake.values import Knowledge


def words_in_reply(complaint: Complaint, command: c.Reply, on: Occasion) -> tuple[str, ...]:
    """The words to avoid in the answer, and in what was done: the written reply tells it too (RP7).

    WordsHeldBack where the policy keeps such a reply until its sender has seen them."""
    playbook = on.rules.playbook
    judged = complaint.judged_at is not None
    hits = (*playbook.hits(command.content, judged), *playbook.hits(command.process, judged))
    held = [hit for hit in hits if hit.kind in playbook.held_back]
    if held and not command.words_seen:
        raise WordsHeldBack(complaint.complaint_id, held)
    return tuple(dict.fromkeys(hit.word for hit in hits))


def knowledge_used(command: c.Reply, on: Occasion) -> Knowledge | None:
    """The entry and the version of its wording that the reply keeps (PB5)."""
    if command.knowledge is None:
        return None
    entry = on.rules.playbook.entries.get(command.knowledge)
    if entry is None:
        raise WrongField("knowledge", "the playbook has no such entry; `advise` lists those of a leaf (PB5)")
    return Knowledge(entry.id, entry.version)
