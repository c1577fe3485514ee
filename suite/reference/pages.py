"""The files of the reference, with the content that the code makes of them."""

from pathlib import Path

from shared.settings import PROJECT
from suite.reference.faults import faults_page
from suite.reference.messages import messages
from suite.reference.methods import methods
from suite.reference.rules import rules_page
from suite.reference.settings import into

DOCS = PROJECT / "docs"


def pages() -> dict[Path, str]:
    """Each file with what should stand in it; of operating.md only the table of settings is made."""
    operating = DOCS / "operating.md"
    return {
        DOCS / "messages.md": messages(),
        DOCS / "methods.md": methods(),
        DOCS / "rules.md": rules_page(),
        DOCS / "faults.md": faults_page(),
        operating: into(operating.read_text(encoding="utf-8")),
    }
