"""The schema of refunds.yml: overlapping bands, gaps and impossible patience are found when the file is loaded."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.refund.doubts.policy import BreakerSchema, UnknownSchema
from services.refund.rules import LEVELS, Band, BillingRules, ExtraCap, RefundRules
from services.refund.sorts_policy import (
    ConfirmationPolicySchema,
    CorrectionPolicySchema,
    LateFeePolicySchema,
    PreRefundPolicySchema,
)
from shared.policies import Policy

LEVEL = validate.OneOf(LEVELS)
POSITIVE = validate.Range(min=1)
LONGEST_DAYS = 36_500  # a century: a time before it has a date yet
MOST_ATTEMPTS = 60  # four lines with two history entries an attempt stay below a document's longest history


class BandSchema(Schema):
    """One entry of `approvals.bands`."""

    from_fen = fields.Integer(strict=True, required=True, validate=POSITIVE)
    to_fen = fields.Integer(strict=True, load_default=None, validate=POSITIVE)
    levels = fields.List(fields.String(validate=LEVEL), required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Band:
        return Band(data["from_fen"], data["to_fen"], tuple(data["levels"]))


class ApprovalsSchema(Schema):
    """`approvals`."""

    bands = fields.List(fields.Nested(BandSchema), required=True, validate=validate.Length(min=1))
    pieces_within_days = fields.Integer(strict=True, required=True, validate=validate.Range(0, LONGEST_DAYS))
    cannot_verify = fields.String(required=True, validate=LEVEL)

    @validates_schema(skip_on_field_errors=True)
    def cover_every_amount_once(self, data: dict[str, Any], **_: Any) -> None:
        bands: list[Band] = data["bands"]
        faults = {number: _faults_of(band) for number, band in enumerate(bands)}
        for number, (lower, higher) in enumerate(pairwise(bands), 1):
            faults[number] += _faults_between(lower, higher)
        if bands[0].from_fen != 1:
            faults[0].append("from_fen: the first band begins at 1")
        if bands[-1].to_fen is not None:
            faults[len(bands) - 1].append("to_fen: the last band has no end")
        if any(faults.values()):
            raise ValidationError({"bands": {str(number): found for number, found in faults.items() if found}})


def _faults_of(band: Band) -> list[str]:
    faults = []
    if band.to_fen is not None and band.to_fen < band.from_fen:
        faults.append("to_fen: it lies below from_fen")
    if list(band.levels) != sorted(band.levels, key=LEVELS.index):
        faults.append("levels: they are signed from the lowest to the highest")
    return faults


def _faults_between(lower: Band, higher: Band) -> list[str]:
    faults = []
    if lower.to_fen is None or higher.from_fen <= lower.to_fen:
        faults.append("from_fen: it overlaps the band before")
    elif higher.from_fen > lower.to_fen + 1:
        faults.append(f"from_fen: a gap after {lower.to_fen}")
    if Counter(lower.levels) - Counter(higher.levels):
        faults.append("levels: it asks for less than the band before")
    return faults


class CapSchema(Schema):
    """One entry of `extra.caps`."""

    to_fen = fields.Integer(strict=True, required=True, validate=POSITIVE)
    level = fields.String(required=True, validate=LEVEL)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ExtraCap:
        return ExtraCap(**data)


class ExtraSchema(Schema):
    """`extra`."""

    caps = fields.List(fields.Nested(CapSchema), required=True)

    @validates_schema(skip_on_field_errors=True)
    def rise(self, data: dict[str, Any], **_: Any) -> None:
        if any(higher.to_fen <= lower.to_fen for lower, higher in pairwise(data["caps"])):
            raise ValidationError({"caps": ["to_fen rises from one cap to the next"]})


class BillingSchema(Schema):
    """`billing`: seconds of machine time."""

    honours_keys = fields.Boolean(required=True)
    can_be_asked = fields.Boolean(required=True)
    absent_after_seconds = fields.Decimal(required=True, validate=validate.Range(min=0))
    connect_seconds = fields.Decimal(required=True, validate=validate.Range(min=0, min_inclusive=False))
    answer_seconds = fields.Decimal(required=True, validate=validate.Range(min=0, min_inclusive=False))
    lease_seconds = fields.Decimal(required=True)
    first_wait_seconds = fields.Decimal(required=True, validate=validate.Range(min=0, min_inclusive=False))
    longest_wait_seconds = fields.Decimal(required=True)
    attempts = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_ATTEMPTS))
    honours_expiry = fields.Boolean(required=True)
    breaker = fields.Nested(BreakerSchema, required=True)

    @validates_schema(skip_on_field_errors=True)
    def outlast_the_call(self, data: dict[str, Any], **_: Any) -> None:
        if data["lease_seconds"] <= data["connect_seconds"] + data["answer_seconds"]:
            raise ValidationError("longer than connect_seconds and answer_seconds together", "lease_seconds")
        if data["longest_wait_seconds"] < data["first_wait_seconds"]:
            raise ValidationError("not shorter than first_wait_seconds", "longest_wait_seconds")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> BillingRules:
        spans = {
            name.removesuffix("_seconds"): timedelta(milliseconds=int(value * 1000))
            for name, value in data.items()
            if name.endswith("_seconds")
        }
        return BillingRules(**{name: value for name, value in data.items() if not name.endswith("_seconds")} | spans)


class RefundsSchema(Schema):
    """Loads RefundRules."""

    approvals = fields.Nested(ApprovalsSchema, required=True)
    extra = fields.Nested(ExtraSchema, required=True)
    goodwill_refunds = fields.Integer(strict=True, required=True, validate=validate.Range(0, 100))
    shows_in_months = fields.Integer(strict=True, required=True, validate=validate.Range(0, 12))
    pre_refund = fields.Nested(PreRefundPolicySchema, required=True)
    late_fee = fields.Nested(LateFeePolicySchema, required=True)
    correction = fields.Nested(CorrectionPolicySchema, required=True)
    confirmation = fields.Nested(ConfirmationPolicySchema, required=True)
    billing = fields.Nested(BillingSchema, required=True)
    doubts = fields.Nested(UnknownSchema, data_key="unknown", required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RefundRules:
        approvals = data["approvals"]
        return RefundRules(
            bands=tuple(approvals["bands"]),
            pieces_within=timedelta(days=approvals["pieces_within_days"]),
            cannot_verify=approvals["cannot_verify"],
            extra_caps=tuple(data["extra"]["caps"]),
            goodwill_refunds=data["goodwill_refunds"],
            shows_in_months=data["shows_in_months"],
            pre_refund=data["pre_refund"],
            late_fee=data["late_fee"],
            correction_levels=tuple(data["correction"]["levels"]),
            confirmation_checks=tuple(data["confirmation"]["checks"]),
            billing=replace(data["billing"], doubts=data["doubts"]),
        )


REFUNDS_POLICY = Policy("refunds", "refunds.yml", RefundsSchema)
