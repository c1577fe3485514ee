"""What goes into the image, read from its recipe."""

from shared.settings import PROJECT

ROOMS = {"shared", "services", "simulators", "suite", "cli", "policies"}


def copied() -> set[str]:
    """The project's folders and files that the recipe copies."""
    lines = [line.split() for line in (PROJECT / "Dockerfile").read_text().splitlines()]
    return {
        source for words in lines if words[:1] == ["COPY"] and "--from=build" not in words for source in words[1:-1]
    }


def test_the_image_holds_the_product_alone_and_nothing_that_breaks_it() -> None:
    assert copied() == ROOMS | {"requirements-runtime.lock", "config.yml", "LICENSE"}


def test_nothing_else_even_reaches_the_builder() -> None:
    lines = (PROJECT / ".dockerignore").read_text().split()
    assert lines[0] == "*"
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == copied()
