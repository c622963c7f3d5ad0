"""Nothing that a reader has set or left lying about reaches a chapter."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from book.chapters import read_chapters
from book.environment import environment, further_paths
from book.ledger import collect
from book.project import Project
from book.runs import Run, plan_runs
from book.tasks import run_all

LOOK = """
```{code-cell} ipython3
import json
import os
import pathlib
import sys

import matplotlib
import numpy

pathlib.Path("seen.json").write_text(json.dumps({
    "profile": os.environ["COMPANION_PROFILE"],
    "ran": os.environ.get("RAN", ""),
    "numpy": numpy.__file__,
    "font": matplotlib.rcParams["font.size"],
    "paths": sys.path,
}))
```
"""


def run_of(project: Project, profile: str = "quick") -> Run:
    return plan_runs(project, [read_chapters(project)["first"]], profile)[0]


@pytest.mark.parametrize("cores", [1, 2, 9])
def test_a_chapter_has_one_thread_on_any_machine(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setenv("OMP_NUM_THREADS", str(cores))
    found = environment(run_of(tiny), tiny.build)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    assert [found[name] for name in names] == ["1"] * 3


def test_a_cache_named_from_here_is_the_same_in_the_folder_of_a_chapter(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = run_of(tiny)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMPANION_DATA", "cache")
    monkeypatch.setenv("COMPANION_MIRROR", "http://127.0.0.1:9/")
    found = environment(run, tiny.build)
    assert found["COMPANION_DATA"] == str(tmp_path / "cache")
    assert found["COMPANION_MIRROR"] == "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONSTARTUP",
        "PYTHONOPTIMIZE",
        "PYTHONINSPECT",
        "PYTHONWARNINGS",
        "IPYTHON_X",
        "JUPYTER_PATH",
        "JUPYTER_CONFIG_DIR",
        "MPLBACKEND",
    ],
)
def test_settings_of_the_tools_are_left_out(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "mine")
    assert name not in environment(run_of(tiny), tiny.build)


def test_where_packages_are_found_and_what_else_there_is_stays(
    tiny: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {"PYTHONNOUSERSITE": "1", "LD_LIBRARY_PATH": "/opt/lib", "CUDA_VISIBLE_DEVICES": "0"}
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    found = environment(run_of(tiny), tiny.build)
    assert {name: found[name] for name in kept} == kept
    assert found["COMPANION_PROFILE"] == "quick"


def test_no_empty_or_relative_path_stands_for_the_folder_of_a_chapter(
    tiny: Project, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    named = ["", "modules", str(tiny.root), str(root), "/opt/lib", ""]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(named))
    assert further_paths(tiny.root) == [str(tiny.root / "modules"), "/opt/lib"]
    paths = environment(run_of(tiny), tiny.build)["PYTHONPATH"].split(os.pathsep)
    modules = str(tiny.root / "modules")
    assert paths == [str(tiny.root), modules, str(tiny.root), str(root), "/opt/lib"]
    monkeypatch.delenv("PYTHONPATH")
    assert further_paths(tiny.root) == []
    assert environment(run_of(tiny), tiny.build)["PYTHONPATH"] == str(tiny.root)


def surround(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave lying about what would change a chapter."""
    home = project.root / "home"
    deed = "import os\nos.environ['RAN'] = __file__\nos.environ['COMPANION_PROFILE'] = 'quick'\n"
    texts = {
        "build/.ipython/profile_default/startup/0.py": deed,
        "home/.ipython/profile_default/startup/0.py": deed,
        "home/startup.py": deed,
        "home/mpl/matplotlibrc": "font.size: 33\n",
        "notebooks/tiny/numpy.py": deed,
        "notebooks/tiny/ipykernel_launcher.py": deed,
    }
    for name, text in texts.items():
        path = project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, value in {
        "IPYTHONDIR": home / ".ipython",
        "PYTHONSTARTUP": home / "startup.py",
        "PYTHONPATH": os.pathsep + os.environ.get("PYTHONPATH", ""),
        "MPLCONFIGDIR": home / "mpl",
    }.items():
        monkeypatch.setenv(name, str(value))


def test_what_lies_about_is_neither_run_nor_read(
    tiny: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    surround(tiny, monkeypatch)
    source = tiny.notebooks / "tiny" / "first.md"
    text = source.read_text(encoding="utf-8").replace("at_most=4", "at_most=2")
    source.write_text(text + LOOK, encoding="utf-8")
    run = run_of(tiny, "standard")
    (outcome,) = run_all([run], 1)
    assert outcome.state == "ran", outcome.error
    seen: dict[str, Any] = json.loads((tiny.notebooks / "tiny" / "seen.json").read_text("utf-8"))
    assert (seen["profile"], seen["ran"], seen["font"]) == ("standard", "", 10.0)
    assert not Path(seen["numpy"]).is_relative_to(tiny.root)
    assert not {"", str(tiny.notebooks / "tiny")} & set(seen["paths"])
    # A claim that has failed stays so.
    claims = {claim["id"]: claim["status"] for claim in collect([run])["claims"]}
    assert claims == {"first/triangle": "reproduced", "first/spread": "failed"}
    assert not list((tiny.build / ".scratch").iterdir())
