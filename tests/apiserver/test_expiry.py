"""Events are forgotten an hour after they last happened."""

from simulator.spec import lab
from simulator.world import World

HOUR = 3600


def messages(world: World) -> list[str]:
    return [event["message"] for event in world.cluster.store.list("events", "kube-system")]


def test_an_event_lives_for_an_hour() -> None:
    world = World.boot(lab(1))
    assert "Container started" in messages(world)
    world.advance(HOUR / 2)
    assert "Container started" in messages(world)
    world.advance(HOUR)
    assert "Container started" not in messages(world)


def test_what_expires_does_so_alike_in_one_jump_and_in_many() -> None:
    jumped = World.boot(lab(1))
    stepped = jumped.fork()
    jumped.advance(2 * HOUR)
    for _ in range(24):
        stepped.advance(HOUR / 12)
    assert stepped.digest() == jumped.digest()
