"""A thing is made again exactly when its sources or it itself changed, or its making broke off."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from book.project import BookError, Project
from book.stamp import fingerprint, make_if_changed

STAMP = ".thing.json"


class Thing:
    """A folder of two files, made of two sources."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.made = project.build / "thing"
        self.stamp = project.build / STAMP
        self.sources = [project.root / "README.md", project.root / "constraints.txt"]

    def make(self) -> None:
        self.made.mkdir(parents=True, exist_ok=True)
        for path in self.made.iterdir():
            path.unlink()
        for name in ("one", "two"):
            (self.made / name).write_text(f"{name} of {self.sources[0].read_text()}")

    def update(self, config: int = 0, action: Callable[[], None] | None = None) -> bool:
        return make_if_changed(
            self.project, STAMP, self.made, action or self.make, lambda: self.sources, {"c": config}
        )


@pytest.fixture
def thing(tiny: Project) -> Thing:
    made = Thing(tiny)
    assert made.update()
    assert not made.update()
    return made


def test_it_is_made_again_when_a_source_or_the_configuration_changed(thing: Thing) -> None:
    thing.sources[1].write_text("other", encoding="utf-8")
    assert thing.update()
    assert not thing.update()
    thing.sources[1].unlink()
    assert thing.update()
    assert thing.update(config=2)
    assert not thing.update(config=2)
    thing.sources.pop()
    assert thing.update(config=2)
    assert not thing.update(config=2)


def swap_files(thing: Thing) -> None:
    one, two = thing.made / "one", thing.made / "two"
    texts = one.read_text(), two.read_text()
    one.write_text(texts[1])
    two.write_text(texts[0])


def empty_stamp_folder(thing: Thing) -> None:
    thing.stamp.unlink()
    thing.stamp.mkdir()
    (thing.stamp / "x").touch()


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda t: (t.made / "one").unlink(), id="a file removed"),
        pytest.param(lambda t: (t.made / "one").write_text(""), id="a file emptied"),
        pytest.param(lambda t: (t.made / "one").write_text("one of Tin"), id="a file truncated"),
        pytest.param(lambda t: (t.made / "one").write_text("one of Tinx.\n"), id="a file edited"),
        pytest.param(lambda t: (t.made / "three").touch(), id="a file added"),
        pytest.param(swap_files, id="two files swapped"),
        pytest.param(lambda t: t.made.rename(t.made.with_name("away")), id="all removed"),
        pytest.param(lambda t: t.stamp.unlink(), id="the stamp removed"),
        pytest.param(lambda t: t.stamp.write_text(""), id="the stamp emptied"),
        pytest.param(lambda t: t.stamp.write_text("[]"), id="the stamp of another form"),
        pytest.param(lambda t: t.stamp.write_bytes(b"\xff\x00"), id="the stamp in random bytes"),
        pytest.param(lambda t: t.stamp.write_text(t.stamp.read_text()[:40]), id="stamp truncated"),
        pytest.param(lambda t: t.stamp.write_text("[" * 10**5), id="the stamp nested deeply"),
        pytest.param(empty_stamp_folder, id="a folder in the place of the stamp"),
    ],
)
def test_what_was_tampered_with_is_made_again(
    thing: Thing, tamper: Callable[[Thing], object]
) -> None:
    before = {path.name: path.read_text() for path in thing.made.iterdir()}
    tamper(thing)
    assert thing.update()
    assert {path.name: path.read_text() for path in thing.made.iterdir()} == before
    assert not thing.update()


def test_an_error_passes_through_and_it_is_tried_again(thing: Thing) -> None:
    def fail() -> None:
        raise BookError("no ink")

    for _ in range(2):
        with pytest.raises(BookError, match="no ink"):
            thing.update(config=1, action=fail)
    # Nor is it believed that it still is what it was before.
    assert thing.update()
    assert not thing.update()


def test_what_was_made_when_the_command_died_is_not_taken_for_what_was_made_before(
    thing: Thing,
) -> None:
    """From A to B, killed before that was noted, back to A: what is there is of B."""
    source = thing.sources[0]
    text = source.read_text()

    def die() -> None:
        thing.make()
        raise KeyboardInterrupt

    source.write_text("B")
    with pytest.raises(KeyboardInterrupt):
        thing.update(action=die)
    source.write_text(text)
    assert thing.update()
    assert (thing.made / "one").read_text() == f"one of {text}"


def test_an_edit_while_it_is_made_is_not_taken_as_read(thing: Thing) -> None:
    source = thing.sources[0]
    text = source.read_text()

    def edited() -> None:
        source.write_text("B")
        thing.make()

    assert thing.update(config=1, action=edited)
    source.write_text(text)
    assert thing.update(config=1)
    assert not thing.update(config=1)


def test_a_single_file_is_known_by_its_content(tiny: Project) -> None:
    made = tiny.build / "thing.txt"

    def update() -> bool:
        return make_if_changed(tiny, STAMP, made, lambda: made.write_text("A"), list, {})

    tiny.build.mkdir()
    assert update()
    assert not update()
    made.write_text("B")
    assert update()
    assert json.loads((tiny.build / STAMP).read_text())["made"].keys() == {""}


def test_a_checkout_that_is_moved_keeps_its_fingerprint(tmp_path: Path) -> None:
    prints = []
    for root in (tmp_path / "here", tmp_path / "there"):
        root.mkdir()
        (root / "x").write_text("1")
        prints.append(fingerprint(root, [root / "x", root / "missing"], {}))
    assert prints[0] == prints[1]
    (tmp_path / "there" / "x").rename(tmp_path / "there" / "y")
    assert fingerprint(root, [root / "y"], {}) != prints[0]
    assert fingerprint(tmp_path / "here", [tmp_path / "here" / "x"], {"a": 1}) != prints[0]
