"""A run knows its parameters and its own place, and believes only a record that fits its output."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.chapters import Chapter, read_chapters
from book.parameters import Value
from book.project import BookError, Project
from book.runs import Run, digest, fetch_data, fetch_named, plan_runs, seal
from tests.book.conftest import add_dataset

settings = st.dictionaries(
    st.sampled_from(["seed", "scale", "name"]),
    st.one_of(st.integers(), st.floats(allow_nan=False), st.text()),
    min_size=1,
)
HERE = Project(Path("/nowhere"))
CHAPTER = Chapter("first", "tiny", Path("/nowhere/notebooks/tiny/first.md"))


@given(settings, settings)
def test_other_settings_have_another_folder(one: dict[str, Value], other: dict[str, Value]) -> None:
    runs = [Run(HERE, CHAPTER, "standard", chosen) for chosen in (one, other)]
    # True, 1 and 1.0 are equal to Python, yet no parameter takes more than one of them.
    alike = repr(one) == repr(other)
    assert alike or one == other or runs[0].folder != runs[1].folder
    assert not alike or runs[0].folder == runs[1].folder


@given(settings, st.sampled_from(["quick", "standard"]))
def test_a_run_with_settings_stays_apart_under_runs(chosen: dict[str, Value], profile: str) -> None:
    run = Run(HERE, CHAPTER, profile, chosen)
    assert run.folder.parent == HERE.build / "runs"
    assert len(run.folder.name.encode()) < 200
    for path in (run.notebook, run.log, run.record_file):
        assert path.parts[: len(run.folder.parts)] == run.folder.parts
        assert ".." not in path.parts


def test_the_book_and_each_profile_have_their_own_outputs(tiny: Project) -> None:
    runs = [
        run
        for profile in ("quick", "standard", "full")
        for run in plan_runs(tiny, list(read_chapters(tiny).values()), profile)
    ]
    files = [path for run in runs for path in (run.notebook, run.log, run.record_file)]
    assert len(set(files)) == len(files) == 18
    assert len({run.name for run in runs}) == len(runs)
    assert runs[0].notebook == tiny.build / "quick" / "notebooks" / "tiny" / "first.ipynb"


def test_what_is_typed_goes_before_the_profile_and_that_before_the_chapter(tiny: Project) -> None:
    first = read_chapters(tiny)["first"]
    (run,) = plan_runs(tiny, [first], "quick", ["sizes=[5]", "scale=2"])
    assert run.injected == {"sizes": [5], "fast": True, "scale": 2.0}
    assert run.parameters == {
        "seed": 0,
        "scale": 2.0,
        "name": "none",
        "sizes": [5],
        "fast": True,
    }
    (plain,) = plan_runs(tiny, [first], "standard")
    assert plain.injected == {}


@pytest.mark.parametrize(
    ("profile", "typed", "message"),
    [
        ("fast", [], "unknown profile 'fast'"),
        ("quick", ["sead=1"], "no parameter 'sead'"),
        ("quick", ["scale=1"], "second has no parameter 'scale'"),
        ("quick", ["seed=a"], "takes an int"),
    ],
)
def test_everything_typed_is_checked_for_every_chapter_before_anything_runs(
    tiny: Project, profile: str, typed: list[str], message: str
) -> None:
    with pytest.raises(BookError, match=message):
        plan_runs(tiny, list(read_chapters(tiny).values()), profile, typed)
    assert not tiny.build.exists()


def test_a_record_is_believed_only_with_the_notebook_that_it_tells_of(copied: Project) -> None:
    (run,) = plan_runs(copied, [read_chapters(copied)["first"]], "standard")
    record = run.record()
    assert record is not None
    assert record["notebook_sha256"] == digest(run.notebook.read_bytes())
    assert record["parameters"] == run.parameters
    assert set(record["versions"]) >= {"torch", "numpy"}

    whole = run.notebook.read_bytes()
    run.notebook.write_bytes(whole.replace(b"six", b"ten"))
    assert run.record() is None
    run.notebook.unlink()
    assert run.record() is None
    run.notebook.write_bytes(whole)
    assert run.record() == record

    edited = [
        record | {"notebook_sha256": None},
        record | {"seconds": 0.0},
        record | {"parameters": {}},
        {name: value for name, value in record.items() if name != "versions"},
    ]
    # Sealed again, it is of another chapter or profile.
    for name in ("chapter", "profile"):
        other = record | {name: "full"}
        edited.append(other | {"seal": seal(other)})
    for text in ("", "{", "[]", "{}", "null", "3", *map(json.dumps, edited)):
        run.record_file.write_text(text, encoding="utf-8")
        assert run.record() is None, text
    run.record_file.unlink()
    assert run.record() is None


def test_the_file_of_a_dataset_is_found_where_it_was_typed_or_in_the_checkout(
    tiny: Project, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = learning(tiny)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)

    def planned(value: str) -> Value:
        return plan_runs(tiny, [chapter], "standard", [f"dataset={value}"])[0].settings["dataset"]

    assert planned("digits") == "digits"
    with pytest.raises(BookError, match=r"'own\.npz': no such \.npz file or folder in .*elsewhere"):
        planned("own.npz")
    (tiny.root / "own.npz").touch()
    assert planned("own.npz") == "own.npz"
    (elsewhere / "own.npz").touch()
    assert planned("own.npz") == str(elsewhere / "own.npz")


def learning(project: Project, default: str = "digits") -> Chapter:
    """The first chapter, with a parameter that names its images."""
    add_dataset(project, default)
    return read_chapters(project)["first"]


def fetched(toy_registry: Path) -> list[str]:
    return sorted(path.name for path in (toy_registry / "cache").rglob("*") if path.is_file())


def test_a_folder_given_as_dataset_is_located_as_a_file_is(
    tiny: Project, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = learning(tiny)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)

    def planned(value: str) -> Value:
        return plan_runs(tiny, [chapter], "standard", [f"dataset={value}"])[0].settings["dataset"]

    with pytest.raises(BookError, match="unknown dataset 'mine'; give one of digits, mnist"):
        planned("mine")
    (tiny.root / "mine").mkdir()
    assert planned("mine") == "mine"
    (elsewhere / "mine").mkdir()
    assert planned("mine") == str(elsewhere / "mine")
    monkeypatch.chdir(tiny.root)
    assert planned("mine") == "mine"
    assert planned(str(elsewhere / "mine")) == str(elsewhere / "mine")


def test_a_name_of_the_registry_is_not_taken_for_a_folder(
    tiny: Project, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = learning(tiny)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    for name in ("digits", "mnist", "mnist:test"):
        (elsewhere / name).mkdir()
        (run,) = plan_runs(tiny, [chapter], "standard", [f"dataset={name}"])
        assert run.settings["dataset"] == name


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("cats", "unknown dataset 'cats'; give one of digits, mnist"),
        ("", "unknown dataset ''"),
        ("mnist:all", "give mnist:train or mnist:test"),
        ("nowhere/mine", "'nowhere/mine': no such .npz file or folder in"),
        ("notes.txt", "unknown dataset 'notes.txt'"),
        ("x" * 300, "unknown dataset 'xxx"),
    ],
)
def test_an_unknown_dataset_is_told_before_anything_runs(
    tiny: Project, typed: str, message: str
) -> None:
    (tiny.root / "notes.txt").touch()
    with pytest.raises(BookError, match=message):
        plan_runs(tiny, [learning(tiny)], "standard", [f"dataset={typed}"])


def test_only_the_dataset_may_be_a_folder(tiny: Project) -> None:
    chapter = learning(tiny)
    (tiny.root / "mine").mkdir()
    (tiny.root / "pictures.npz").mkdir()
    (run,) = plan_runs(tiny, [chapter], "standard", ["name=mine"])
    assert run.settings["name"] == "mine"
    with pytest.raises(BookError, match=r"name 'own\.npz': no such file in"):
        plan_runs(tiny, [chapter], "standard", ["name=own.npz"])
    (tiny.root / "own.npz").touch()
    (run,) = plan_runs(tiny, [chapter], "standard", ["name=own.npz"])
    assert run.settings["name"] == "own.npz"


def test_what_runs_learn_from_is_fetched_and_nothing_else(
    tiny: Project, toy_registry: Path
) -> None:
    learning(tiny, "toys:test")
    runs = plan_runs(tiny, list(read_chapters(tiny).values()), "standard")
    assert fetched(toy_registry) == []
    fetch_data(runs)  # the second chapter has no dataset
    assert fetched(toy_registry) == ["test-i.gz", "test-l.gz"]
    fetch_data(plan_runs(tiny, [read_chapters(tiny)["first"]], "standard", ["dataset=photos"]))
    assert fetched(toy_registry) == ["photos.tar.gz", "test-i.gz", "test-l.gz"]


def test_a_persons_own_files_need_no_fetching(tiny: Project, toy_registry: Path) -> None:
    (tiny.root / "mine").mkdir()
    (tiny.root / "own.npz").touch()
    fetch_named(["mine", "own.npz", str(tiny.root / "mine"), "digits"])
    assert not (toy_registry / "cache").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("broken", r"'broken': broken\.gz could not be fetched \(file:.*: no such file\)"),
        ("cats", "unknown dataset 'cats'; give one of digits, toys, broken, photos"),
        ("toys:all", "give toys:train or toys:test"),
    ],
)
def test_what_cannot_be_fetched_is_told_in_one_line(
    tiny: Project, toy_registry: Path, name: str, message: str
) -> None:
    with pytest.raises(BookError, match=message) as caught:
        fetch_named([name])
    assert "\n" not in str(caught.value)
    with pytest.raises(BookError, match=message):
        fetch_data([Run(tiny, learning(tiny, name), "standard")])
