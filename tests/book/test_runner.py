"""One chapter runs in a kernel, and its notebook is written whole, the same each time, or not."""

import base64
import errno
import io
import json
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from book import runner
from book.chapters import Chapter
from book.project import Project

PIXEL = base64.b64encode(b"\x89PNG").decode()
PICTURE = """
```{code-cell} ipython3
---
mystnb:
  image:
    alt: A straight line.
---
import matplotlib.pyplot as plt

_ = plt.figure(figsize=(1, 1)).add_subplot().plot([0, 1])
```
"""
PAST = """
```{code-cell} ipython3
import os, subprocess
_ = subprocess.run(["echo", "hello"]), os.write(1, b"no line")
```
"""
BROKEN = """
```{code-cell} ipython3
half = 1 / 2
raise ArithmeticError(f"{half} is too little")
```
"""


@pytest.fixture
def kernels(tiny: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The small book, where kernels find its lib and keep to its build folder."""
    monkeypatch.setenv("PYTHONPATH", str(tiny.root))
    monkeypatch.setenv("IPYTHONDIR", str(tiny.build / ".ipython"))
    monkeypatch.setenv("COMPANION_PROFILE", "standard")
    return tiny


def job(project: Project, chapter: str, **parameters: Any) -> tuple[io.StringIO, Path]:
    """A job as the builder writes it, and the output that it asks for."""
    output = project.build / "out" / f"{chapter}.ipynb"
    source = project.notebooks / "tiny" / f"{chapter}.md"
    scratch = project.build / "scratch"
    work = {
        "notebook": Chapter(chapter, "tiny", source).notebook,
        "place": str(source.parent),
        "parameters": parameters,
        "output": str(output),
        "scratch": str(scratch),
    }
    return io.StringIO(json.dumps(work)), output


def events(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def append(project: Project, chapter: str, text: str) -> None:
    source = project.notebooks / "tiny" / f"{chapter}.md"
    source.write_text(source.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_chapter_is_executed_with_its_parameters_and_tells_of_each_cell(
    kernels: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    append(kernels, "second", PICTURE)
    work, output = job(kernels, "second", seed=5)
    assert runner.main(work) == 0
    told = events(capfd)
    assert [event["done"] for event in told] == list(range(1, len(told) + 1))
    assert {(event["event"], event["total"]) for event in told} == {("cell", len(told))}
    notebook = nbformat.read(output, as_version=4)  # type: ignore[no-untyped-call]
    assert len(notebook.cells) == len(told)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    kinds = [kind for out in outputs for kind in out.get("data", {})]
    assert kinds.count("image/png") == kinds.count("application/vnd.companion.claim+json") == 1
    (claim,) = [
        out["data"]["application/vnd.companion.claim+json"]
        for out in outputs
        if "application/vnd.companion.claim+json" in out.get("data", {})
    ]
    assert claim["values"] == [5]
    injected = [c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", ())]
    assert [cell.metadata["tags"] for cell in injected] == [["injected-parameters", "hide-input"]]
    assert list(output.parent.iterdir()) == [output]


def test_a_cell_that_raises_is_named_and_the_old_output_stays(
    kernels: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    append(kernels, "second", BROKEN)
    work, output = job(kernels, "second")
    output.parent.mkdir(parents=True)
    output.write_text("old", encoding="utf-8")
    assert runner.main(work) == 1
    *_, last = events(capfd)
    assert last == {
        "event": "error",
        "where": "cell 4, In [3], which begins 'half = 1 / 2'",
        "error": "ArithmeticError: 0.5 is too little",
    }
    assert output.read_text(encoding="utf-8") == "old"
    assert list(output.parent.iterdir()) == [output]


def test_kernels_are_of_this_python_whatever_is_installed_under_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = ["/opt/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": argv, "display_name": "Python 3", "language": "python"}
    spec.write_text(json.dumps(told), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    command = runner.QuietKernelManager(kernel_name="python3").format_kernel_cmd()
    assert command[0] == sys.executable
    assert "ipykernel_launcher" in command


def test_what_goes_wrong_outside_the_cells_is_told_too(
    kernels: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    work, output = job(kernels, "second")
    empty = json.loads(work.read()) | {"notebook": {}}
    assert runner.main(io.StringIO(json.dumps(empty))) == 1
    (last,) = events(capfd)
    assert last["where"] == "outside its cells"
    assert last["error"].startswith("ValidationError: ")
    assert not output.exists()


def test_what_a_cell_writes_past_its_channels_is_no_event(
    kernels: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    append(kernels, "second", PAST)
    work, output = job(kernels, "second")
    assert runner.main(work) == 0
    out, err = capfd.readouterr()
    assert {json.loads(line)["event"] for line in out.splitlines()} == {"cell"}
    assert "hello\n" in err
    assert "no line" in err
    assert output.is_file()


def test_a_full_disk_is_told_as_the_machine_s_and_leaves_nothing(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/x")

    monkeypatch.setattr(papermill, "execute_notebook", full)
    work, output = job(tiny, "second")
    assert runner.main(work) == 1
    assert events(capfd) == [{"event": "unable", "error": "/x: No space left on device"}]
    assert list(output.parent.iterdir()) == []
    assert list((tiny.build / "scratch").iterdir()) == []


def drawing(alt: str | None) -> Any:
    cell = new_code_cell("draw()", outputs=[new_output("display_data", {"image/png": PIXEL})])  # type: ignore[no-untyped-call]
    if alt is not None:
        cell.metadata["mystnb"] = {"image": {"alt": alt}}
    return new_notebook(cells=[new_markdown_cell("# A"), cell])  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("alt", [None, ""])
def test_a_picture_without_alternative_text_is_refused(alt: str | None) -> None:
    with pytest.raises(ValueError, match="cell 2 draws a picture without alternative text"):
        runner.require_alt(drawing(alt))
    runner.require_alt(drawing("A line."))


def test_a_chapter_with_a_refused_picture_leaves_no_output(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def pretend(prepared: str, executed: str, **_: object) -> None:
        nbformat.write(drawing(None), executed)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(papermill, "execute_notebook", pretend)
    work, output = job(tiny, "second")
    assert runner.main(work) == 1
    assert "without alternative text" in events(capfd)[-1]["error"]
    assert list(output.parent.iterdir()) == []


def executed(seconds: float) -> Any:
    """A notebook as papermill leaves it after so many seconds."""
    cell = new_code_cell("x = 1", execution_count=1)  # type: ignore[no-untyped-call]
    cell.metadata.update(
        papermill={"duration": seconds}, execution={"iopub.status.busy": str(seconds)}, tags=[]
    )
    injected = new_code_cell("seed = 1", metadata={"tags": ["injected-parameters"]})  # type: ignore[no-untyped-call]
    twin = new_code_cell("x = 1", execution_count=2, metadata={"tags": ["kept"]})  # type: ignore[no-untyped-call]
    notebook = new_notebook(cells=[cell, injected, twin])  # type: ignore[no-untyped-call]
    notebook.metadata["papermill"] = {"duration": seconds, "output_path": f"/tmp/{seconds}"}
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return notebook


def test_normal_form_forgets_times_and_keeps_the_rest() -> None:
    one, other = runner.normalise(executed(1.5)), runner.normalise(executed(2.5))
    assert one == other
    assert "1.5" not in nbformat.writes(one)  # type: ignore[no-untyped-call]
    assert [cell.source for cell in one.cells] == ["x = 1", "seed = 1", "x = 1"]
    assert [cell.get("execution_count") for cell in one.cells] == [1, None, 2]
    assert [cell.metadata.get("tags") for cell in one.cells] == [
        None,
        ["injected-parameters", "hide-input"],
        ["kept"],
    ]
    assert one.metadata["kernelspec"]["name"] == "python3"
    assert len({cell.id for cell in one.cells}) == 3
    nbformat.validate(one)


def test_normal_form_is_a_fixed_point() -> None:
    once = runner.normalise(executed(1.5))
    text = nbformat.writes(once)  # type: ignore[no-untyped-call]
    assert nbformat.writes(runner.normalise(once)) == text  # type: ignore[no-untyped-call]
