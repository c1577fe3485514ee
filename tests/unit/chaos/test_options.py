"""What follows from what a run is asked for."""

from datetime import timedelta

from chaos.options import Options


def test_a_short_run_climbs_to_the_branch_and_a_long_one_to_the_province() -> None:
    assert Options(kills=32).span == timedelta(hours=36)
    assert Options(kills=100).span == timedelta(hours=62)


def test_a_run_lasts_as_long_as_its_kills_and_outages_need_unless_it_is_told() -> None:
    assert Options(kills=0).seconds == 20
    assert Options(kills=100, replicas=1).seconds == 2 * Options(kills=100, replicas=2).seconds
    assert Options(kills=0, outage=30).seconds == 90
    assert Options(kills=100, length=5).seconds == 5
