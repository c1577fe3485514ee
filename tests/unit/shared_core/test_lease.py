"""A lease gives the right to act outside for a while; whoever lost it cannot store a result."""

from datetime import timedelta

import pytest

from shared.errors import Conflict
from shared.lease import FencedOut, Lease, must_hold, taken
from tests.unit.shared_core.sample import MONDAY

SPAN = timedelta(seconds=30)


def test_a_lease_runs_until_its_end():
    lease = taken(7, MONDAY, SPAN)
    assert lease == Lease(7, MONDAY + SPAN)
    assert lease.runs(MONDAY + SPAN - timedelta(milliseconds=1))
    assert not lease.runs(MONDAY + SPAN)


def test_the_holder_may_store_its_result_even_late_while_nobody_else_took_over():
    must_hold(taken(7, MONDAY, SPAN), fence=7)


@pytest.mark.parametrize("fence", [6, 8])
def test_F19_a_holder_with_another_fence_is_refused(fence: int):
    with pytest.raises(FencedOut):
        must_hold(taken(7, MONDAY, SPAN), fence)


def test_without_a_lease_nobody_may_store_a_result():
    with pytest.raises(Conflict):
        must_hold(None, fence=7)
