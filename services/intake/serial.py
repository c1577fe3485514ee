"""The serial number a customer can quote: digits with a check digit, made without any counter. Pure.

`261123` (day in Shanghai) + eight digits drawn from the complaint's id + one check digit, read aloud in groups.
"""

import hashlib
import re
from datetime import datetime

from shared.calendar import day_of

DRAWN = 8
LENGTH = 6 + DRAWN + 1
SPACES = re.compile(r"[\s-]+")

# A quasigroup of order ten without fixed swaps (H. M. Damm, 2004): every single wrong digit and every swap of
# neighbours is found. Luhn misses the swap of 0 and 9, ISO 7064 MOD 11,10 a few others.
DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def serial_number(complaint_id: str, registered_at: datetime, attempt: int = 0) -> str:
    """The serial number of a complaint; another `attempt` draws other digits, for the rare number already taken."""
    drawn = int.from_bytes(hashlib.sha256(f"{complaint_id}:{attempt}".encode()).digest()[:8])
    digits = f"{day_of(registered_at):%y%m%d}{drawn % 10**DRAWN:0{DRAWN}d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The digit that makes the number whole."""
    return str(_interim(digits))


def understood(said: str) -> str | None:
    """The serial number in what somebody said or typed, groups and all; None where the check digit does not fit."""
    digits = SPACES.sub("", said)
    whole = len(digits) == LENGTH and digits.isascii() and digits.isdecimal() and _interim(digits) == 0
    return digits if whole else None


def _interim(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return interim
