"""Mainland mobile numbers: eleven digits, as the contract has them."""

import re

import phonenumbers

WRITTEN = re.compile(r"(?:\+86|0086|86)?(1[0-9]{10})")
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
