"""What callers send about measures, suggestions, samples and lessons."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.intake import vocabulary as v
from services.intake.improving import searching as s
from services.intake.improving.measure import AddMeasure, MeasureDone
from services.intake.improving.sample import Finding
from services.intake.improving.suggestion import Suggest
from services.intake.schemas import Command, Value
from shared.fields import After, Flag, Moment, Page, Text, short, word_of
from shared.instants import EPOCH

MOST_TOLD, MOST_SUGGESTIONS, MOST_FINDINGS, LONGEST_SMS = 200, 50, 200, 200


class AddMeasureSchema(Command):
    makes = AddMeasure
    kind = word_of(v.MeasureKind, required=True)
    owner = short(required=True)
    due_at = Moment(required=True)
    what = Text(required=True)
    branch = short()
    leaf = short()
    cause = short()
    suggestions = fields.List(short(), validate=validate.Length(max=MOST_SUGGESTIONS))
    tell = fields.List(short(), validate=validate.Length(max=MOST_TOLD))


class MeasureDoneSchema(Command):
    makes = MeasureDone
    result = Text(required=True)
    for_customers = Text(LONGEST_SMS)


class SuggestSchema(Command):
    makes = Suggest
    text = Text(required=True)
    complaint_id = short()
    leaf = short()


class FindingSchema(Value):
    makes = Finding
    item = Text(200, required=True)
    solved = Flag(required=True)
    recorded = Flag(required=True)


class AuditSampleSchema(Command):
    """`branch` where the caller's token names none."""

    makes = dict
    hall = short(required=True)
    branch = short()
    findings = fields.List(fields.Nested(FindingSchema), required=True, validate=validate.Length(1, MOST_FINDINGS))


class MeasureSearchSchema(Value):
    makes = s.MeasureSearch
    branch = short()
    kind = word_of(v.MeasureKind)
    owner = short()
    leaf = short()
    cause = short()
    state = word_of(v.MeasureState)
    limit = Page()
    after = After(allow_none=True)


class SuggestionSearchSchema(Value):
    makes = s.SuggestionSearch
    branch = short()
    leaf = short()
    complaint_id = short()
    made_by = short()
    limit = Page()
    after = After(allow_none=True)


class ScoreSearchSchema(Value):
    makes = s.ScoreSearch
    start = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="to")
    branch = short()


class WeekField(fields.String):
    """An ISO week, `2026-W48`; becomes its days."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        name = super()._deserialize(value, *args, **more)
        try:
            monday = datetime.strptime(f"{name}-1", "%G-W%V-%u").replace(tzinfo=UTC)
        except ValueError:
            raise ValidationError("Must be an ISO week, such as 2026-W48.") from None
        first = (monday - EPOCH).days
        return s.Week(name, (first, first + 6))


class KeyCaseSearchSchema(Value):
    makes = s.KeyCaseSearch
    week = WeekField(required=True)
    account_manager = short()
    limit = Page()
    after = short(allow_none=True)


class LessonSearchSchema(Value):
    makes = s.LessonSearch
    start = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="to")
    leaf = short()
    branch = short()
    limit = Page()
    after = After(allow_none=True)
