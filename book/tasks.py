"""What has to be done again: chapters as doit tasks, run side by side."""

import datetime
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doit.cmd_base import TaskLoader2
from doit.doit_cmd import DoitMain
from doit.exceptions import TaskFailed
from doit.reporter import ZeroReporter
from doit.task import Task, dict_to_task

from book import lifeline
from book.environment import environment
from book.inputs import Inputs, inputs_of
from book.order import longest_first
from book.project import BookError
from book.records import write_record
from book.runs import Run
from book.workplace import scratch

Progress = Callable[["Run", int, int], None]
EVENTS = {"cell", "error", "unable"}


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Parameters
    ----------
    run : Run
        The run.
    state : {'ran', 'current', 'failed'}
        Executed; nothing had changed since the last time; a cell raised.
    seconds : float
        How long the last good execution took; 0 if there is none.
    error : str
        For a failed run: the cell and the error.
    """

    run: Run
    state: str
    seconds: float = 0.0
    error: str = ""


def run_all(
    runs: Sequence[Run],
    jobs: int,
    progress: Progress = lambda run, done, total: None,
    *,
    force: bool = False,
) -> list[Outcome]:
    """Execute the runs whose text, code, data, parameters or pins changed.

    Parameters
    ----------
    runs : sequence of Run
        What to bring up to date; all of one project.
    jobs : int
        How many at a time, at least 1.
    progress : callable
        Called with a run, the cells done and their number, from any thread.
    force : bool
        Execute also what is current.

    Returns
    -------
    list of Outcome
        In the order of `runs`; a failed run does not stop the others.

    Raises
    ------
    BookError, OSError
        If it is not a chapter that failed but the machine, as when the disk is full.
    """
    if not runs:
        return []
    errors: dict[str, str] = {}
    executed: set[str] = set()
    raised: list[Exception] = []

    def act(run: Run, inputs: Inputs) -> TaskFailed | None:
        if raised:
            return TaskFailed("another run met what will meet this one too")
        executed.add(run.name)
        try:
            error = _execute(run, inputs, progress)
        except Exception as problem:
            raised.append(problem)
            return TaskFailed(str(problem))
        if error is None:
            return None
        errors[run.name] = error
        return TaskFailed(error)

    try:
        _doit([_task(run, act, force=force) for run in longest_first(runs)], jobs)
    finally:
        lifeline.end_all()
    if raised:
        raise raised[0]
    outcomes = []
    for run in runs:
        if run.name in errors:
            outcomes.append(Outcome(run, "failed", error=errors[run.name]))
        else:
            seconds = float((run.record() or {}).get("seconds", 0.0))
            state = "ran" if run.name in executed else "current"
            outcomes.append(Outcome(run, state, seconds))
    return outcomes


def _task(
    run: Run, act: Callable[[Run, Inputs], TaskFailed | None], *, force: bool
) -> dict[str, Any]:
    inputs = inputs_of(run)
    return {
        "name": run.name,
        "actions": [(act, [run, inputs])],
        # doit would exchange the streams of the whole process, of which other threads are part.
        "io": {"capture": False},
        "uptodate": [not force and (run.record() or {}).get("inputs") == inputs()],
    }


def _doit(tasks: Sequence[dict[str, Any]], jobs: int) -> None:
    config = {
        # What was run from what stands in the records: they are written with the outputs, one by
        # one, and neither a kill nor a lost database can part them.
        "dep_file": ":memory:",
        "backend": "sqlite3",
        "reporter": ZeroReporter,
        "verbosity": 0,
        "continue": True,
        "num_process": jobs,
        "par_type": "thread",
    }

    class Loader(TaskLoader2):  # type: ignore[misc]
        def setup(self, opt_values: Any) -> None:
            """Nothing to prepare: the tasks are at hand."""

        def load_doit_config(self) -> dict[str, Any]:
            return config

        def load_tasks(self, cmd: Any, pos_args: Any) -> list[Task]:  # noqa: ARG002 - doit's call
            return [dict_to_task(dict(task)) for task in tasks]

    status = DoitMain(Loader()).run(["run"])
    if status not in {0, 1}:  # 1: a task failed, which has been noted
        raise BookError(f"the task engine ended with status {status}; see above")


def _execute(run: Run, inputs: Inputs, progress: Progress) -> str | None:
    """Execute a run in a process of its own; return what went wrong, or None."""
    started, before = datetime.datetime.now(datetime.UTC), inputs()
    progress(run, 0, len(run.chapter.notebook.cells))
    for needed in (run.log.parent, scratch(run.workplace)):
        needed.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=scratch(run.workplace), prefix=f"{run.chapter.name}-", ignore_cleanup_errors=True
    ) as folder:
        error = _in_process(run, Path(folder), progress)
    if error is not None:
        return error
    seconds = (datetime.datetime.now(datetime.UTC) - started).total_seconds()
    # What was edited meanwhile may have been read before or after: the run is good, not current.
    write_record(run, started, seconds, before if inputs() == before else "")
    return None


def _in_process(run: Run, folder: Path, progress: Progress) -> str | None:
    job = {
        # As it was read when the run was planned: pages, claims and digests are of that text.
        "notebook": run.chapter.notebook,
        "place": str(run.chapter.source.parent),
        "parameters": run.injected,
        "output": str(run.notebook),
        "scratch": str(folder),
    }
    error = "its process ended without a word"
    command = [sys.executable, "-m", "book.runner"]
    with (
        run.log.open("w", encoding="utf-8") as log,
        lifeline.running(
            command, stdout=subprocess.PIPE, stderr=log, env=environment(run, folder)
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        with process.stdout:
            for line in process.stdout:
                event = _event(line)
                if event is None:
                    log.write(line)
                    log.flush()
                elif event["event"] == "cell":
                    progress(run, event["done"], event["total"])
                elif event["event"] == "unable":
                    raise BookError(f"{run.chapter.name} could not be run: {event['error']}")
                else:
                    error = f"{event['where']}: {event['error']}"
        process.wait()
    return error if process.returncode else None


def _event(line: str) -> dict[str, Any] | None:
    """What the runner tells in a line; None if something else wrote it."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and told.get("event") in EVENTS else None
