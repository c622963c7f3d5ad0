"""One chapter through papermill, in a process of its own; ``python -m book.runner`` reads its job.

The process that starts it writes the job, a line, to standard input, which it holds open as long
as it wants the chapter; it reads events, a JSON object a line, from standard output. A process a
chapter keeps a crash from the others, and leaves nothing behind.
"""

import hashlib
import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, TextIO

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets import default

from book import lifeline
from book.project import trouble

LOG = 2  # standard error


class QuietKernelManager(AsyncKernelManager):
    """Starts kernels of the Python that runs here, which write nothing among the events."""

    # Where it can, instead of noting at each start that it could.
    transport_encryption = "auto"

    @default("kernel_spec_manager")
    def _of_this_python(self) -> KernelSpecManager:
        # A reader may have installed another Python under the same name.
        return KernelSpecManager(parent=self, kernel_dirs=[])

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Say how the kernel is started.

        Parameters
        ----------
        extra_arguments : list of str, optional
            For the kernel.

        Returns
        -------
        list of str
            The command.
        """
        # Not every IPython keeps to PYTHONSAFEPATH.
        return super().format_kernel_cmd([*(extra_arguments or ()), "--ignore-cwd"])

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        # What a cell or its children write past the kernel's channels belongs to no page.
        await super()._async_launch_kernel(kernel_cmd, **{**kw, "stdout": LOG})

    _launch_kernel = _async_launch_kernel


class ReportingEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine, telling after each cell how far it is."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any
    ) -> Any:
        """Execute as papermill does; each finished cell is an event."""
        complete, total = nb_man.cell_complete, len(nb_man.nb.cells)

        def report(cell: Any, cell_index: int | None = None, **rest: Any) -> None:
            complete(cell, cell_index=cell_index, **rest)
            emit(event="cell", done=(cell_index or 0) + 1, total=total)

        nb_man.cell_complete = report
        return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)


def emit(**event: object) -> None:
    """Write an event for the process that started this one.

    Parameters
    ----------
    **event
        JSON values.
    """
    sys.__stdout__.write(json.dumps(event) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Remove from an executed notebook all that would differ if it were run again.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it is changed in place.

    Returns
    -------
    NotebookNode
        The same, with cell ids from position and source, and without times and durations.
    """
    notebook.metadata.pop("papermill", None)
    for index, cell in enumerate(notebook.cells):
        cell.id = hashlib.sha256(f"{index}\n{cell.source}".encode()).hexdigest()[:12]
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags and "hide-input" not in tags:
            tags.append("hide-input")
        if not tags:
            cell.metadata.pop("tags", None)
    return notebook


def require_alt(notebook: nbformat.NotebookNode) -> None:
    """Refuse a picture that does not say what is seen on it.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.

    Raises
    ------
    ValueError
        If a cell draws and its metadata have no ``mystnb: {image: {alt: ...}}``.
    """
    for index, cell in enumerate(notebook.cells, start=1):
        data = [output.get("data", {}) for output in cell.get("outputs", ())]
        draws = any(mime.startswith("image/") for bundle in data for mime in bundle)
        if draws and not cell.metadata.get("mystnb", {}).get("image", {}).get("alt"):
            raise ValueError(f"cell {index} draws a picture without alternative text")


def execute(
    notebook: nbformat.NotebookNode,
    place: Path,
    parameters: dict[str, Any],
    output: Path,
    scratch: Path,
) -> None:
    """Run a chapter and write the executed notebook, whole or not at all.

    Parameters
    ----------
    notebook : NotebookNode
        The chapter.
    place : Path
        Folder in which its cells run.
    parameters : dict
        To inject; empty for the chapter's own.
    output : Path
        The executed notebook; what was there is replaced only by a good one.
    scratch : Path
        Folder for what is unfinished, on the same file system as the output.

    Raises
    ------
    PapermillExecutionError
        If a cell raises.
    ValueError
        If a picture has no alternative text.
    """
    for needed in (output.parent, scratch):
        needed.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=f"{output.stem}-") as folder:
        prepared, executed = Path(folder, "prepared.ipynb"), Path(folder, "executed.ipynb")
        nbformat.write(notebook, prepared)
        papermill.execute_notebook(
            str(prepared),
            str(executed),
            parameters=parameters,
            engine_name="companion",
            progress_bar=False,
            log_output=True,
            request_save_on_cell_execute=False,
            cwd=str(place),
            coalesce_streams=True,
            kernel_manager_class=QuietKernelManager,
        )
        result = normalise(nbformat.read(executed, as_version=4))
        require_alt(result)
        nbformat.validate(result)
        nbformat.write(result, executed)
        os.replace(executed, output)


def main(job: TextIO) -> int:
    """Do a job and tell how it went.

    Parameters
    ----------
    job : text stream
        Its first line is JSON with ``notebook``, ``place``, ``parameters``, ``output`` and
        ``scratch``.

    Returns
    -------
    int
        0 if the chapter ran, 1 if a cell or the start of the kernel failed.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    papermill_engines.register("companion", ReportingEngine)
    work = json.loads(job.readline())
    place, output, scratch = (Path(work[name]) for name in ("place", "output", "scratch"))
    if job is sys.stdin:
        lifeline.follow()
    try:
        notebook = nbformat.from_dict(work["notebook"])
        execute(notebook, place, work["parameters"], output, scratch)
    except PapermillExecutionError as error:
        logging.getLogger(__name__).exception("a cell raised")
        line = next(iter(error.source.strip().splitlines()), "")
        where = f"cell {error.cell_index + 1}, In [{error.exec_count}], which begins {line!r}"
        emit(event="error", where=where, error=f"{error.ename}: {error.evalue}")
        return 1
    except OSError as error:
        emit(event="unable", error=trouble(error))
        return 1
    except Exception as error:
        logging.getLogger(__name__).exception("the chapter could not be run")
        emit(event="error", where="outside its cells", error=f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin))
