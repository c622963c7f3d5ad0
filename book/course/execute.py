"""Execution of a submission: what hangs, dies or floods costs its own exercise and no other."""

from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import v4
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade

from book.course.sandbox import SandboxedKernelManager

MOST_OUTPUT = 200_000  # characters of a cell
MOST_ERROR = 5_000  # characters of what an error says, and of a line of its traceback
UNFINISHED = "NotFinished"
TOO_LONG = "took longer than allowed"
DIED = "ended the process that ran it; it may have asked for too much memory"
AGAIN = "did not end when it was run again, after a later cell had not"


class SandboxedExecute(Execute):  # type: ignore[misc]
    """nbgrader's step that runs a notebook, in a sandbox and with a new kernel after each fault."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["kernel_manager_class"] = SandboxedKernelManager
        super().__init__(*args, **kwargs)
        # A kernel that does not answer is ended: what it would do when interrupted is up to it.
        self.interrupt_on_timeout = False
        self.shutdown_kernel = "immediate"
        self.size = 0

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Execute a cell; if that fails, say so in it and go on with a new kernel.

        Parameters
        ----------
        cell : cell
            Is given its outputs.
        resources : dict
            Of the conversion.
        index : int
            Where it stands.

        Returns
        -------
        cell
            The same.
        dict
            The resources.
        """
        self.size = 0
        try:
            super().preprocess_cell(cell, resources, index)
        except CellTimeoutError:
            self._fail(cell, TOO_LONG)
            self._restore(index)
        except DeadKernelError:
            self._fail(cell, DIED)
            self._restore(index)
        if is_grade(cell) and cell.cell_type == "code":
            cell.outputs = [_unmarked(output) for output in cell.outputs]
        return cell, resources

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Keep what a cell shows, up to a limit.

        Parameters
        ----------
        msg : dict
            From the kernel.
        cell : cell
            What it belongs to.
        cell_index : int
            Where that stands.

        Returns
        -------
        output or None
            What was added to the cell.
        """
        if msg["msg_type"] in {"stream", "display_data", "execute_result", "update_display_data"}:
            before = self.size
            self.size += len(repr(msg["content"]))
            if self.size > MOST_OUTPUT:
                if before <= MOST_OUTPUT:
                    cell.outputs.append(v4.new_output("stream", text="[the rest is left out]\n"))
                return None
        if msg["msg_type"] == "error":
            # It decides the mark, however much it says.
            told = {"evalue": msg["content"]["evalue"][:MOST_ERROR]}
            told["traceback"] = [line[:MOST_ERROR] for line in msg["content"]["traceback"]]
            msg = {**msg, "content": {**msg["content"], **told}}
        return super().process_message(msg, cell, cell_index)

    def _fail(self, cell: Any, reason: str) -> None:
        cell.outputs.append(
            v4.new_output("error", ename=UNFINISHED, evalue=reason, traceback=[reason])
        )

    def _restore(self, index: int) -> None:
        """Start a new kernel and bring it to where the notebook was before a cell."""
        while True:
            self._cleanup_kernel()
            self.create_kernel_manager()
            self.start_new_kernel()
            self.start_new_kernel_client()
            for position, cell in enumerate(self.nb.cells[:index]):
                if cell.cell_type != "code" or is_grade(cell) or _unfinished(cell):
                    continue
                again = v4.new_code_cell(cell.source)
                try:
                    self.execute_cell(again, position, store_history=False)
                except (CellTimeoutError, DeadKernelError):
                    self._fail(cell, AGAIN)
                    break
                finally:
                    # What was executed is put into the notebook, in the place of the cell itself.
                    self.nb.cells[position] = cell
            else:
                return


def _unfinished(cell: Any) -> bool:
    return any(output.get("ename") == UNFINISHED for output in cell.outputs)


def _unmarked(output: Any) -> Any:
    """Let only errors decide: nbgrader also marks by warnings, and by values that a cell shows."""
    if output.output_type == "stream":
        return v4.new_output("stream", text=output.text)
    if output.output_type == "execute_result":
        return v4.new_output("display_data", data=output.data, metadata=output.metadata)
    return output
