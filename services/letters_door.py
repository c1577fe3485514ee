"""Every service's door to its dead letters: for operators, with a reason, each act in the letter's own chain."""

from typing import Any

from services.letters import LetterDesk
from shared.bus.deadletters import SendingAgain
from shared.bus.rpc import rpc
from shared.letters.store import Letters
from shared.providers import Stored

Answer = dict[str, Any]


class LettersDoor:
    """Part of each service, which gives it name and caller."""

    name: str
    caller: Any
    letters = Stored(Letters)
    send_again = SendingAgain()

    @rpc
    def dead_letters(self, filter: Any) -> Answer:
        """Events that this service could not handle, latest first."""
        self.caller.may(f"{self.name}.dead_letters")
        return self._letter_desk().page(filter)

    @rpc
    def dead_letter(self, id: Any) -> Answer:
        """One of them: its body without personal data, its deaths, and who did what with it, when and why."""
        self.caller.may(f"{self.name}.dead_letter")
        return self._letter_desk().shown(id)

    @rpc
    def replay_letter(self, id: Any, command: Any) -> Answer:
        """Sends it again under its own id, once however often and by how many it is asked for."""
        by = self.caller.may(f"{self.name}.replay_letter")
        return self._letter_desk().replay(id, command, by)

    @rpc
    def edit_letter(self, id: Any, command: Any) -> Answer:
        """Proposes an edited version of the same event; what came is kept."""
        by = self.caller.may(f"{self.name}.edit_letter")
        return self._letter_desk().edit(id, command, by)

    @rpc
    def release_letter(self, id: Any, command: Any) -> Answer:
        """A second person sends the edited version, or drops it."""
        by = self.caller.may(f"{self.name}.release_letter")
        return self._letter_desk().release(id, command, by)

    def _letter_desk(self) -> LetterDesk:
        return LetterDesk(self.name, self.letters, self.send_again)
