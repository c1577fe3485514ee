"""The two deaths around a publish, step by step, on the real documents and outbox."""

from tests.unit.protocol.world import World

COMMAND, WAY_OUT = "command", "way out"
MOST = 20


def until_it_ends(world: World, who: int, lane: str) -> None:
    course = world.replicas[who].courses[lane]
    while not course.over:
        course.step()


def stored_but_not_sent(world: World, who: int) -> None:
    """A command of this replica, up to its write and no further."""
    world.replicas[who].command(0)
    course = world.replicas[who].courses[COMMAND]
    before = len(world.outbox())
    for _ in range(MOST):
        if len(world.outbox()) > before:
            return
        course.step()
    raise AssertionError("it never wrote")


def ids(bodies: list[bytes]) -> list[str]:
    return [World.id_of(body) for body in bodies]


def test_F2_what_a_process_stored_and_never_sent_is_swept_up_by_another_under_the_same_id() -> None:
    world = World()
    world.settle()
    stored_but_not_sent(world, who=0)
    [waiting] = [entry["id"] for entry in world.outbox()]
    world.replicas[0].kill()

    other = world.replicas[1]
    other.begin(WAY_OUT, other.relay.sweep)
    until_it_ends(world, 1, WAY_OUT)
    assert other.air.sent == [], "it is not old yet: its own process may still send it"

    world.time_passes()
    other.begin(WAY_OUT, other.relay.sweep)
    until_it_ends(world, 1, WAY_OUT)
    world.land(other)
    assert ids(world.queue) == [waiting]


def test_F3_killed_between_confirm_and_clearing_a_second_copy_leaves_under_the_same_id_and_changes_nothing() -> None:
    world = World()
    world.settle()
    first, second = world.replicas
    first.command(0)
    until_it_ends(world, 0, COMMAND)
    world.land(first)
    world.confirm(first)
    first.kill()

    world.time_passes()
    second.begin(WAY_OUT, second.relay.sweep)
    until_it_ends(world, 1, WAY_OUT)
    world.land(second)
    one, other = ids(world.queue)
    assert one == other

    read = set(world.readings.kept)
    world.come_to_rest()
    assert set(world.readings.kept) == read | {one}
    assert world.copies == 1
    assert world.outbox() == []
