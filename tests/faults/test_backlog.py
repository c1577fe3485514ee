"""All that watches clocks was away for an hour: the backlog is worked off in order, each clock once, as ruled (F20).

CASES=10000 makes it as large as `python -m bench.backlog` measures it.
"""

import os
from pathlib import Path

from bench.backlog import OUT_OF_ORDER, backlog

CASES = int(os.environ.get("CASES", "1000"))  # well above OUT_OF_ORDER, so that any order but the right one fails
AT_LEAST_A_SECOND = 8  # more than three processes do that take one at each look, every half second


def test_F20_after_an_hours_outage_every_clock_strikes_once_soonest_first_and_as_the_rules_say(tmp_path: Path) -> None:
    worked = backlog(tmp_path, CASES)
    assert (worked.wrong, worked.early) == (0, 0)
    assert worked.displaced <= OUT_OF_ORDER
    assert len(worked.late) == CASES
    assert worked.seconds < CASES / AT_LEAST_A_SECOND
    assert len(worked.levels) > 1, "none passed through several levels"
