"""What goes wrong in one exercise costs its points and no others."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader", reason="submissions are executed by nbgrader")

from nbformat import v4

from book.course import execute
from book.course.execute import SandboxedExecute

SECONDS = 5
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


@pytest.mark.slow
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


def executed(*sources: str, tests: tuple[int, ...] = ()) -> Any:
    """A notebook of code cells after it was executed, some of them tests."""
    cells = [v4.new_code_cell(s, metadata={"number": n}) for n, s in enumerate(sources)]
    for index in tests:
        cells[index].metadata["nbgrader"] = {"grade": True, "solution": False}
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python"}
    SandboxedExecute(timeout=SECONDS).preprocess(notebook, {"metadata": {"path": str(Path.cwd())}})
    return notebook


def told(cell: Any) -> str:
    return json.dumps(cell.outputs)


def test_a_fault_changes_no_other_cell() -> None:
    sources = ("n = 1; print(n)", "import os", "os._exit(1)", "print(n + 1, os.name)", "print(3)")
    made = executed(*sources)
    assert [cell.source for cell in made.cells] == list(sources)
    assert [cell.metadata.number for cell in made.cells] == list(range(5))
    assert "1\\n" in told(made.cells[0])
    assert execute.DIED in told(made.cells[2])
    assert "2 posix" in told(made.cells[3])
    assert "3\\n" in told(made.cells[4])


def test_what_does_not_end_when_it_is_run_again_is_left_out() -> None:
    # What is run again is not counted, by which the second cell knows that it is.
    waits = "kept = 1\nif get_ipython().execution_count == 1:\n    while True: pass"
    asks = "print(first, 'kept' in globals())"
    made = executed("first = 1", waits, "while True:\n    pass", asks)
    assert execute.AGAIN in told(made.cells[1])
    assert execute.TOO_LONG in told(made.cells[2])
    assert "1 False" in told(made.cells[3])


def test_tests_are_not_run_again() -> None:
    made = executed("", "n = 1", "n = 2", "import os; os._exit(1)", "print(n)", tests=(2,))
    assert "1\\n" in told(made.cells[4])


def test_errors_are_kept_short() -> None:
    made = executed("raise ValueError('z' * 10**6)")
    assert "ValueError" in told(made.cells[0])
    assert len(told(made.cells[0])) < 10 * execute.MOST_ERROR


def test_only_errors_decide_in_tests() -> None:
    source = "import sys; print('hm', file=sys.stderr); display(1)\n0.5"
    made = executed(source, source, tests=(1,))
    shown, test = ([(o.output_type, o.get("name")) for o in c.outputs] for c in made.cells)
    assert ("stream", "stderr") in shown
    assert ("execute_result", None) in shown
    assert ("stream", "stdout") in test
    assert {kind for kind, _ in test} == {"stream", "display_data"}
    assert "0.5" in told(made.cells[1])


def test_a_message_of_an_update_counts_too() -> None:
    made = executed("for _ in range(9):\n    display('x' * 50_000)", "print('y' * 100)")
    assert told(made.cells[0]).count("left out") == 1
    assert len(made.cells[0].outputs) == 4
    assert "left out" not in told(made.cells[1])
    assert "yyy" in told(made.cells[1])
