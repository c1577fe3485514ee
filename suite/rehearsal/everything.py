"""One rehearsal in which every event that a service can publish is published, most of them more than once."""

from functools import cache

from suite.rehearsal import complaints, refunds, sms
from suite.rehearsal.stage import Stage


@cache
def everything() -> Stage:
    """The stage after it. Shared: look, do not touch."""
    stage = Stage()
    complaints.whole_way(stage)
    disputed = complaints.major(stage)
    complaints.ladder(stage)
    complaints.others(stage)
    refunds.all_ways(stage, disputed)
    sms.all_ways(stage)
    return stage
