"""What intake hears of others never fails for what can no longer be done (NT8, PR1)."""

from typing import Any

import pytest

from services.intake.hearing import Ears
from shared.documents import HistoryFull
from shared.erasing import RecordErased
from shared.errors import NotFound
from suite.rehearsal.memory import Hands
from tests.unit.intake.makers import MONDAY, rules

LOST = {"message_id": "m1", "template": "receipt", "class": "transactional", "complaint_id": "c1", "status": "failed"}


class Closed:
    """A store whose complaint takes nothing more."""

    def __init__(self, refusal: Exception) -> None:
        self.refusal, self.asked = refusal, list[str]()

    def change(self, complaint_id: str, *_: Any) -> None:
        self.asked.append(complaint_id)
        raise self.refusal


@pytest.mark.parametrize("refusal", [NotFound("no such id"), HistoryFull("c1", 900), RecordErased("c1")])
def test_F13_news_of_a_complaint_that_is_gone_full_or_erased_is_no_dead_letter(refusal: Exception) -> None:
    complaints: Any = Closed(refusal)

    Ears(complaints, rules(), Hands(MONDAY)).lost({"at": MONDAY.isoformat(), "data": LOST})

    assert complaints.asked == ["c1"]
