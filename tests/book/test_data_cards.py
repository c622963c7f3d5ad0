"""The cards in data/README.md say what the registry says, and nothing else in it is touched."""

from pathlib import Path

import pytest

from book.data_cards import BEGIN, END, card, card_complaints, card_file, with_cards, write_cards
from book.form import all_complaints, main
from book.project import Project
from lib.datasets import entries
from lib.datasets.registry import Entry
from tests.book.conftest import add_dataset


@pytest.fixture
def readme(tiny: Project, toy_registry: Path) -> Path:
    """A file with marks and nothing between them."""
    path = card_file(tiny)
    path.parent.mkdir()
    path.write_text(f"# Data\n\nWords.\n\n{BEGIN}\n\n{END}\n\nMore words.\n", encoding="utf-8")
    return path


def test_the_cards_of_this_repository_are_those_of_its_registry(root: Path) -> None:
    project = Project(root)
    assert card_complaints(project) == []
    text = card_file(project).read_text(encoding="utf-8")
    for entry in entries().values():
        assert f"\n## `{entry.name}`\n" in text
    assert all(file.sha256 in text for entry in entries().values() for file in entry.files)


@pytest.mark.parametrize("entry", entries().values(), ids=lambda entry: entry.name)
def test_a_card_tells_all_that_the_registry_knows(entry: Entry) -> None:
    text = card(entry, [])
    lines = text.splitlines()
    assert lines[:3] == [f"## `{entry.name}`", "", f"{entry.title}."]
    assert f"| origin | {entry.origin} |" in lines
    assert f"| page | <{entry.homepage}> |" in lines
    assert f"| licence | {entry.licence} |" in lines
    assert f"| classes | {', '.join(entry.classes)} |" in lines
    assert f"| used for | {entry.used_for} |" in lines
    for mirror in entry.mirrors:
        assert f"<{mirror}>" in text
    for file in entry.files:
        assert f"| `{file.name}` | {file.part} | {file.bytes} | `{file.sha256}` |" in lines
    assert ("| file |" in text) == bool(entry.files)
    assert ("| mirrors |" in text) == bool(entry.mirrors)


def test_a_card_gives_sizes_for_people() -> None:
    assert "| images | 70000 of 28 × 28 |\n" in card(entries()["mnist"], [])
    assert "| size | 11.6 MB |\n" in card(entries()["mnist"], [])
    assert "| images | 60000 of 32 × 32 × 3 |\n" in card(entries()["cifar10"], [])
    assert "| size | nothing to fetch |\n" in card(entries()["digits"], [])


def test_a_card_names_the_chapters_that_learn_from_the_set(tiny: Project, readme: Path) -> None:
    assert "| used for | use of toys |" in with_cards(tiny, readme.read_text(encoding="utf-8"))
    add_dataset(tiny, "toys")
    text = with_cards(tiny, readme.read_text(encoding="utf-8"))
    assert "| used for | use of toys: `first` |" in text
    assert "| used for | use of photos |" in text
    assert "| used for | use of toys: `first`, `other` |" in card(
        entries()["toys"], ["first", "other"]
    )


def test_cards_are_written_between_the_marks_and_the_rest_stays(
    tiny: Project, readme: Path
) -> None:
    write_cards(tiny)
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    between, _, after = rest.partition(END)
    assert (before, after) == ("# Data\n\nWords.\n\n", "\n\nMore words.\n")
    cards = [card(entry, []) for entry in entries().values()]
    assert between == "\n\n" + "\n\n".join(cards) + "\n\n"
    assert with_cards(tiny, text) == text
    write_cards(tiny)
    assert readme.read_text(encoding="utf-8") == text
    assert card_complaints(tiny) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("licence of toys", "no licence"),
        ("## `photos`", "## `pictures`"),
        ("| test |", "| train |"),
        (END, f"one more line\n\n{END}"),
    ],
)
def test_cards_that_differ_from_the_registry_are_a_complaint_until_written_anew(
    tiny: Project, readme: Path, old: str, new: str
) -> None:
    write_cards(tiny)
    good = readme.read_text(encoding="utf-8")
    assert old in good
    readme.write_text(good.replace(old, new), encoding="utf-8")
    (complaint,) = card_complaints(tiny)
    assert complaint == "data/README.md differs from data/registry.toml; see make format"
    write_cards(tiny)
    assert readme.read_text(encoding="utf-8") == good


def test_a_change_of_the_registry_is_a_complaint(
    tiny: Project, readme: Path, toy_registry: Path
) -> None:
    write_cards(tiny)
    path = toy_registry / "registry.toml"
    path.write_text(path.read_text().replace("images = 6", "images = 7", 1))
    entries.cache_clear()
    assert len(card_complaints(tiny)) == 1


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("# Data\n", BEGIN),
        (f"{END}\n", BEGIN),
        (f"{BEGIN}\n", END),
        (f"{END}\n\n{BEGIN}\n", END),
    ],
)
def test_a_missing_mark_is_named_and_the_file_stays(
    tiny: Project, readme: Path, text: str, mark: str
) -> None:
    readme.write_text(text, encoding="utf-8")
    assert card_complaints(tiny) == [f"data/README.md lacks the line {mark}"]
    write_cards(tiny)
    assert readme.read_text(encoding="utf-8") == text


def test_where_there_is_no_file_there_are_no_cards(tiny: Project) -> None:
    assert card_complaints(tiny) == []
    write_cards(tiny)
    assert not card_file(tiny).parent.exists()


def test_the_form_of_the_book_includes_the_cards_and_fixing_it_writes_them(
    tiny: Project, readme: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "data/README.md differs from data/registry.toml; see make format"
    (tiny.matter / "statements.yml").write_text("[]\n", encoding="utf-8")
    assert told in all_complaints(tiny)
    main(["--fix"])
    assert told not in capsys.readouterr().err
    assert told not in all_complaints(tiny)
