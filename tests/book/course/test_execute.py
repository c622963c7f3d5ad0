"""What goes wrong in one exercise costs its points and no others."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader", reason="submissions are executed by nbgrader")

from nbformat import v4

from book.course import execute
from book.course.execute import SandboxedExecute

FULL = {"add": 1, "mean": 3, "last": 4}


def test_right_answers_have_full_marks(graded: Any) -> None:
    assert graded.scores("ada") == FULL


def test_what_an_answer_shows_and_warns_does_not_count(graded: Any) -> None:
    assert graded.scores("Jörg O'Neil (2) +") == FULL
    assert "well" in graded.shown("Jörg O'Neil (2) +", "ex-ti-add-test")
    # nbgrader would take 0.5 for the points.
    assert '"0.5"' in graded.shown("Jörg O'Neil (2) +", "ex-ti-mean-test")


def test_wrong_answers_cost_their_own_points(graded: Any) -> None:
    assert graded.scores("wrong") == {"add": 0, "mean": 0, "last": 4}
    assert graded.scores("untouched") == {"add": 0, "mean": 0, "last": 0}
    assert "NotImplementedError" in graded.shown("untouched", "ex-ti-last-test")
    assert "SyntaxError" in graded.shown("wrong", "ex-ti-mean")


def test_endless_loops_cost_their_own_points(graded: Any) -> None:
    # One in a test; one while the answer is run, which refuses to be interrupted. Afterwards the
    # third finds what the student imported in a cell before.
    assert graded.scores("loops") == {"add": 0, "mean": 0, "last": 4}
    assert execute.TOO_LONG in graded.shown("loops", "ex-ti-add-test")
    assert execute.TOO_LONG in graded.shown("loops", "ex-ti-mean")
    assert execute.TOO_LONG not in graded.shown("loops", "ex-ti-mean-test")


def test_a_process_that_ends_itself_costs_its_own_points(graded: Any) -> None:
    assert graded.scores("dies") == {"add": 0, "mean": 0, "last": 4}
    assert execute.DIED in graded.shown("dies", "ex-ti-add-test")
    assert execute.DIED in graded.shown("dies", "ex-ti-mean-test")
    assert graded.scores("exits") == {"add": 0, "mean": 0, "last": 4}
    assert "SystemExit" in graded.shown("exits", "ex-ti-add-test")


def test_too_much_memory_costs_its_own_points(graded: Any) -> None:
    assert graded.scores("hoards") == {"add": 0, "mean": 0, "last": 4}
    assert "MemoryError" in graded.shown("hoards", "ex-ti-add-test")
    assert "File too large" in graded.shown("hoards", "ex-ti-mean")


def test_what_is_shown_is_kept_up_to_a_limit(graded: Any) -> None:
    assert graded.scores("floods") == {"add": 0, "mean": 3, "last": 0}
    assert graded.shown("floods", "ex-ti-mean-test").count("the rest is left out") == 1
    assert execute.TOO_LONG in graded.shown("floods", "ex-ti-add-test")
    (notebook,) = (graded.folder / "autograded" / "floods").glob("*/*.ipynb")
    assert notebook.stat().st_size < 5 * execute.MOST_OUTPUT
    assert "ValueError" in graded.shown("floods", "ex-ti-last-test")


def test_no_cell_is_lost_or_added(graded: Any) -> None:
    released = [cell.metadata.nbgrader.grade_id for cell in graded.released.cells]
    for path in (graded.folder / "autograded").glob("*/*/*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
        assert [name for name in names if name] == released


@pytest.mark.usefixtures("without_bubblewrap")
def test_limits_hold_where_bubblewrap_is_missing(course: Any) -> None:
    notebook = course.answered(
        add="def add(a, b):\n    while True:\n        pass",
        mean="def mean(numbers):\n    return len(bytearray(2**36))",
    )
    course.submit("ada", notebook)
    course.grade()
    assert course.states == {"ada": "marked"}
    assert course.scores("ada") == {"add": 0, "mean": 0, "last": 4}
    assert execute.TOO_LONG in course.shown("ada", "ex-ti-add-test")
    assert "MemoryError" in course.shown("ada", "ex-ti-mean-test")


# --- without nbgrader's command ---


def executed(*sources: str, timeout: int = 2) -> Any:
    """A notebook of code cells after it was executed; the first cell is locked."""
    cells = [v4.new_code_cell(source) for source in sources]
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python"}
    SandboxedExecute(timeout=timeout).preprocess(notebook, {"metadata": {"path": str(Path.cwd())}})
    return notebook


def told(cell: Any) -> str:
    return json.dumps(cell.outputs)


def test_what_does_not_end_when_run_again_is_left_out(tmp_path: Path) -> None:
    # The second ends only while the file is not there, which it leaves behind.
    made = executed(
        "import os, time",
        "n = globals().get('n', 0) + 1\nif os.environ.get('AGAIN'): time.sleep(99)\nprint(n)",
        "os._exit(1)",
        "print('n' in globals(), time.__name__)",
    )
    assert "1\\n" in told(made.cells[1])
    assert execute.DIED in told(made.cells[2])
    assert "True time" in told(made.cells[3])


def test_a_message_of_an_update_counts_too() -> None:
    made = executed("for _ in range(9):\n    display('x' * 50_000)", "print('y' * 100)")
    assert told(made.cells[0]).count("left out") == 1
    assert len(made.cells[0].outputs) == 4
    assert "left out" not in told(made.cells[1])
