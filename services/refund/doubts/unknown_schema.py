"""What refund accepts about the unknown: form only."""

from typing import Any, Literal

from marshmallow import Schema, post_load

from shared.fields import After, Page, Text, short, word_of

Waits = Literal["boss", "person"]


class UnknownFilterSchema(Schema):
    """`unknown`: a page, oldest first."""

    branch = short()
    hall = short()
    waits_for = word_of(Waits)
    limit = Page()
    after = After()


class AskSchema(Schema):
    """`ask`: why BOSS is asked now; loads the reason."""

    request_id = short(required=True)
    reason = Text(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> str:
        return str(data["reason"])
