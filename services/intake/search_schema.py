"""What `search` accepts, and the cursor between its pages."""

from dataclasses import dataclass
from datetime import datetime

from services.intake import vocabulary as v
from services.intake.schemas import Value
from shared.fields import USUAL_PAGE, After, Flag, Mobile, Moment, Page, short, word_of


@dataclass(frozen=True)
class Search:
    """The contract's filter; a page at a time, newest first. `queue`: the department that has it, e.g. bad_messages."""

    msisdn: str | None = None
    status: v.Status | None = None
    branch: str | None = None
    hall: str | None = None
    handler: str | None = None
    category: str | None = None
    queue: str | None = None
    major: bool | None = None
    recharge: bool = False
    registered_from: datetime | None = None
    registered_to: datetime | None = None
    limit: int = USUAL_PAGE
    after: tuple[datetime, str] | None = None


class SearchSchema(Value):
    makes = Search
    msisdn = Mobile()
    status = word_of(v.Status)
    branch = short()
    hall = short()
    handler = short()
    category = short()
    queue = short()
    major = Flag()
    registered_from = Moment()
    registered_to = Moment()
    limit = Page()
    after = After(allow_none=True)
