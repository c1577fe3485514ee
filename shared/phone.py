"""Mainland mobile numbers: eleven digits, as the contract has them."""

import re
from collections.abc import Mapping
from typing import Any

import phonenumbers

WRITTEN = re.compile(r"(?:\+86|0086|86)?(1[0-9]{10})")
WITHIN = re.compile(r"(?<![0-9A-Za-z])((?:\+?86[ -]?)?1\d{2})[ -]?\d{4}[ -]?(\d{4})(?![0-9A-Za-z])", re.ASCII)
MASK = "****"


class NotAMobileNumber(ValueError):
    """The text is no mainland mobile number; it is not repeated in the error, since it may be somebody's (PR1)."""

    def __init__(self) -> None:
        super().__init__("not a mainland mobile number of 11 digits")


def parse(text: str) -> str:
    """The eleven digits of a number that may carry China's prefix; raises NotAMobileNumber."""
    written = WRITTEN.fullmatch(text)
    if written is None:
        raise NotAMobileNumber
    number = phonenumbers.parse(written[1], "CN")
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE:
        raise NotAMobileNumber
    return written[1]


def mask(msisdn: str) -> str:
    """`139****0001`: what logs, events and strangers to the case see (PR1)."""
    return msisdn[:3] + MASK + msisdn[-4:]


def masked_within(value: Any) -> Any:
    """A JSON value with every number in its texts masked; ids of letters and digits stay whole."""
    if isinstance(value, str):
        return WITHIN.sub(rf"\1{MASK}\2", value)
    if isinstance(value, Mapping):
        return {name: masked_within(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked_within(inner) for inner in value]
    return value
