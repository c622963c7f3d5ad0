"""What a course holds for teachers and for students, and what stays when it is renewed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from book.chapters import Chapter, read_chapters
from book.course import build
from book.course.build import schedule
from book.course.exercises import STUB
from book.project import BookError, Project

Write = Callable[..., tuple[Project, Chapter]]


def test_a_course_holds_what_its_readme_names(built: Any) -> None:
    names = {path.name for path in built.folder.iterdir()}
    made = {"README.md", "course.json", "gradebook.db", "handout", "nbgrader_config.py"}
    assert names == made | {"release", "schedule.yml", "source"}
    told = (built.folder / "README.md").read_text(encoding="utf-8")
    assert "| `small` | Small numbers | 4 | 8 points | 2 points |" in told
    for name in ("handout/", "source/", "release/", "schedule.yml", "gradebook.db"):
        assert f"`{name}`" in told
    assert "$" not in told
    mark = json.loads((built.folder / "course.json").read_text(encoding="utf-8"))
    assert mark == {"chapters": ["small"]}


def test_students_get_no_trace_of_solutions_or_hidden_tests(
    built: Any, handed_out: dict[str, bytes], secrets: tuple[str, str]
) -> None:
    source = (built.folder / "source" / "small" / "small.ipynb").read_text(encoding="utf-8")
    assert all(secret in source for secret in secrets)
    assert handed_out
    for name, content in handed_out.items():
        for secret in (*secrets, "BEGIN HIDDEN", "Marking."):
            assert secret.encode() not in content, name


def test_students_get_stubs_tests_code_and_instructions(handed_out: dict[str, bytes]) -> None:
    files = ("README.md", "companion.zip", "requirements.txt", "small.ipynb")
    assert sorted(handed_out) == [f"small/{name}" for name in files]
    notebook = nbformat.reads(handed_out["small/small.ipynb"].decode(), as_version=4)
    sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells}
    assert sources["ex-ti-add"] == f'def add(a, b):\n    """Sum of two numbers."""\n    {STUB}'
    assert sources["ex-ti-add-test"] == "assert add(1, 2) == 3"
    assert sources["ex-ti-say"] == "your answer here"
    assert handed_out["small/requirements.txt"] == b"JupyterLab==4.5.0\nnumpy==2.4.6\n"
    told = handed_out["small/README.md"].decode()
    assert "`companion.zip`" in told
    assert "$" not in told.replace("dollars", "")


def test_the_schedule_has_a_line_for_each_chapter(write: Write) -> None:
    chapter = write()[1]
    other = Chapter("other", "tiny", chapter.source)
    assert yaml.safe_load(schedule([chapter, other])) == {"small": None, "other": None}
    assert schedule([chapter, other]).splitlines()[-2:] == ["small:", "other:"]


# --- again into the same folder ---


def built_again(folder: Path, project: Project, *chapters: Chapter) -> list[Path]:
    return build.build_course(project, chapters, folder)


@pytest.mark.slow
def test_what_is_the_teachers_stays(course: Any, write: Write, text: str) -> None:
    ours = {
        "nbgrader_config.py": (course.folder / "nbgrader_config.py").read_text(encoding="utf-8")
        + "# mine\n",
        "schedule.yml": "small: 2026-10-31 18:00 UTC\n",
        "submitted/ada/small/small.ipynb": "{}",
        "notes.txt": "mine",
    }
    for name, content in ours.items():
        (course.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (course.folder / name).write_text(content, encoding="utf-8")
    project, chapter = write(text.replace("The last item.", "The very last."))
    assert built_again(course.folder, project, chapter) == [course.folder / "handout/small.zip"]
    for name, content in ours.items():
        assert (course.folder / name).read_text(encoding="utf-8") == content
    assert "The very last." in str(course.released)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_chapter_that_is_added_joins_those_that_were_there(
    course: Any, write: Write, end: str
) -> None:
    (course.folder / "schedule.yml").write_text(f"small: 2026-10-31{end}", encoding="utf-8")
    project, chapter = write()
    more = chapter.source.with_name("more.md")
    shutil.copy(chapter.source, more)
    toc = project.toc.read_text(encoding="utf-8")
    project.toc.write_text(toc + "  - file: notebooks/tiny/more\n", encoding="utf-8")
    added = read_chapters(project)["more"]
    assert build.build_course(project, [added], course.folder) == [
        course.folder / "handout" / "more.zip"
    ]
    assert yaml.safe_load((course.folder / "schedule.yml").read_text(encoding="utf-8")).keys() == {
        "small",
        "more",
    }
    assert json.loads((course.folder / "course.json").read_text(encoding="utf-8")) == {
        "chapters": ["small", "more"]
    }
    readme = (course.folder / "README.md").read_text(encoding="utf-8")
    assert readme.index("| `small` |") < readme.index("| `more` |")


@pytest.mark.slow
def test_the_same_chapter_makes_the_same_files(built: Any, course: Any, write: Write) -> None:
    built_again(course.folder, *write())
    for name in ("handout/small.zip", "source/small/small.ipynb", "README.md"):
        assert (course.folder / name).read_bytes() == (built.folder / name).read_bytes()


def test_an_incomplete_exercise_leaves_the_course_as_it_was(
    course: Any, write: Write, text: str
) -> None:
    before = {p: p.read_bytes() for p in course.folder.rglob("*") if p.is_file()}
    project, chapter = write(text.replace("{solution} ex-ti-say", "{note}"))
    with pytest.raises(BookError, match="exercise 'ex-ti-say' has no solution"):
        built_again(course.folder, project, chapter)
    assert {p: p.read_bytes() for p in course.folder.rglob("*") if p.is_file()} == before


def test_nothing_is_written_into_another_folder(tmp_path: Path, write: Write) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.md").touch()
    with pytest.raises(BookError, match="is not empty and holds no course"):
        built_again(tmp_path / "other", *write())
    assert [p.name for p in (tmp_path / "other").iterdir()] == ["thesis.md"]


def test_what_was_interrupted_can_be_begun_again(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: str, **options: str) -> None:
        raise KeyboardInterrupt

    project, chapter = write()
    with monkeypatch.context() as patch:
        patch.setattr(build, "nbgrader", interrupted)
        with pytest.raises(KeyboardInterrupt):
            built_again(tmp_path / "course", project, chapter)
    called = []
    monkeypatch.setattr(build, "nbgrader", lambda folder, *a: called.append(a))
    released = tmp_path / "course" / "release" / "small"
    released.mkdir(parents=True)
    (released / "small.ipynb").touch()
    built_again(tmp_path / "course", project, chapter)
    assert called == [("generate_assignment", "small", "--force", "--create")]


# --- addresses ---


def test_pages_and_archive_stand_in_the_assignment(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "addresses", lambda project: ("https://site", "https://zip"))

    def pretended(folder: Path, command: str, name: str, *options: str) -> None:
        shutil.copytree(folder / "source" / name, folder / "release" / name)

    monkeypatch.setattr(build, "nbgrader", pretended)
    built_again(tmp_path / "course", *write())
    told = (tmp_path / "course" / "source" / "small" / "small.ipynb").read_text(encoding="utf-8")
    assert "(https://site/notebooks/tiny/small.html)" in told
    assert "ADDRESS = 'https://zip'" in told


def test_every_chapter_of_the_book_can_be_an_assignment(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def pretended(folder: Path, command: str, name: str, *options: str) -> None:
        called.append(name)
        shutil.copytree(folder / "source" / name, folder / "release" / name)

    monkeypatch.setattr(build, "nbgrader", pretended)
    project = Project(root)
    chapters = list(read_chapters(project).values())
    made = built_again(tmp_path / "course", project, *chapters)
    assert [path.stem for path in made] == called == [chapter.name for chapter in chapters]
