"""Every explanation that the rehearsed suite gives is counted again by the separate program."""

import pytest

from suite.rehearsal.everything import everything
from tests.check_explanation import check


@pytest.mark.parametrize("number", range(len(everything().answers["escalation.explain"])))
def test_CL_every_clock_of_the_rehearsal_explains_itself_so_that_it_can_be_counted_again(number: int) -> None:
    check(everything().answers["escalation.explain"][number])
