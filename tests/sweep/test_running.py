"""Whole sweeps: order, resuming after every way to end, and the choice of workers."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from lib.generalization.networks import architecture
from lib.generalization.treatments import TREATMENTS
from lib.sweep import SCHEDULER, grid, sweep
from lib.sweep import running as module

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def measures():
    import measures

    return measures


def counts(folder, what):
    """How often each width and seed was begun or ended."""
    found = [path.name.split("-") for path in Path(folder).glob(f"{what}-*")]
    return Counter((int(width), int(seed)) for _, width, seed, *_ in found)


def without_seconds(table):
    return [{**row, "seconds": None} for row in table.rows]


@pytest.mark.parametrize("jobs", [1, 2])
def test_rows_are_in_the_order_asked(measures, tmp_path, jobs):
    table = sweep(measures.slow, [{"folder": str(tmp_path)}], range(5), jobs=jobs)
    assert table.column("seed").tolist() == [0, 1, 2, 3, 4]
    assert table.names == ("folder", "seed", "process", "seconds", "error")


def test_rows_in_the_file_are_not_measured_again(measures, tmp_path):
    path = tmp_path / "rows.jsonl"
    asked = grid(folder=[str(tmp_path)], width=[3, 2])
    first = sweep(measures.noted, asked, [0, 1], path=path)
    later = sweep(measures.noted, [dict(reversed(c.items())) for c in asked], [2, 1], path=path)
    assert set(counts(tmp_path, "begun").values()) == {1}
    assert later.column("width").tolist() == [3, 3, 2, 2]
    assert later.column("seed").tolist() == [2, 1, 2, 1]
    assert later.where(seed=1).rows == first.where(seed=1).rows  # to the last digit
    assert len(path.read_text().splitlines()) == 1 + 6  # seed 0 has stayed


def test_failed_rows_are_kept_and_tried_again(measures, tmp_path):
    path, asked = tmp_path / "rows.jsonl", [{"folder": str(tmp_path)}]
    table = sweep(measures.moody, asked, range(4), path=path)
    bad = "ValueError: seed 1 is odd"
    assert table.column("error").tolist() == [None, bad, None, bad.replace("1", "3")]
    (tmp_path / "well").touch()
    table = sweep(measures.moody, asked, range(4), path=path)
    assert set(table.column("error")) == {None}
    assert counts(tmp_path, "begun") == {(2, seed): 1 for seed in range(4)}


def test_an_interrupt_ends_the_sweep_and_loses_nothing(measures, tmp_path):
    path, asked = tmp_path / "rows.jsonl", [{"folder": str(tmp_path)}]
    with pytest.raises(KeyboardInterrupt):
        sweep(measures.interrupted, asked, range(5), path=path)
    assert len(path.read_text().splitlines()) == 1 + 2
    (tmp_path / "well").touch()
    sweep(measures.interrupted, asked, range(5), path=path)
    assert counts(tmp_path, "begun") == {(2, seed): 1 for seed in range(5)}


SCRIPT = """
import sys, measures
from lib.sweep import grid, sweep
folder, name, jobs = sys.argv[1:]
asked = grid(folder=[folder], width=[30, 2], fails=[2])
sweep(getattr(measures, name), asked, range(40), path=folder + "/rows.jsonl", jobs=int(jobs))
"""


def start(root, folder, name, jobs):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), name, str(jobs)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(HERE)])},
        start_new_session=True,
    )


def recorded(folder):
    lines = (folder / "rows.jsonl").read_text().split("\n")[1:-1]
    rows = [json.loads(line) for line in lines]
    return Counter((row["configuration"]["width"], row["seed"]) for row in rows)


ALL = {(width, seed): 1 for width in (30, 2) for seed in range(40)}


@pytest.mark.slow
def test_a_killed_sweep_goes_on_where_it_was(measures, root, tmp_path):
    killed = start(root, tmp_path, "fragile", 1)  # by itself, in the middle of the third
    assert killed.wait() == -signal.SIGKILL
    assert recorded(tmp_path) == {(30, 0): 1, (30, 1): 1}
    assert start(root, tmp_path, "fragile", 1).wait() == 0
    assert recorded(tmp_path) == counts(tmp_path, "ended") == ALL
    assert counts(tmp_path, "begun") == ALL | {(30, 2): 2}


@pytest.mark.slow
def test_several_killed_processes_measure_again_only_what_was_not_kept(measures, root, tmp_path):
    killed = start(root, tmp_path, "noted", 2)
    while len(counts(tmp_path, "ended")) < 10 and killed.poll() is None:
        time.sleep(0.01)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    kept, ended = recorded(tmp_path), counts(tmp_path, "ended")
    assert 0 < len(kept) < len(ALL)
    assert start(root, tmp_path, "noted", 2).wait() == 0
    assert recorded(tmp_path) == ALL
    # What had ended and was not yet kept, and that alone, was measured twice.
    assert counts(tmp_path, "ended") == Counter(ALL) + (ended - kept)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_fills_the_same_file(
    measures, tmp_path, cluster, monkeypatch
):
    monkeypatch.setenv(SCHEDULER, cluster)
    asked = grid(folder=[str(tmp_path)], width=[30, 2], fails=[2])
    there = sweep(measures.fragile, asked, range(40), path=tmp_path / "rows.jsonl", progress=True)
    assert (tmp_path / "killed").exists()
    assert recorded(tmp_path) == ALL
    monkeypatch.delenv(SCHEDULER)
    assert without_seconds(there) == without_seconds(sweep(measures.fragile, asked, range(40)))


def test_the_scheduler_named_in_the_call_goes_before_the_environment(measures, monkeypatch):
    asked = [{"factor": 2.0}]
    taken = []
    monkeypatch.setattr(module, "on_cluster", lambda _, missing, at: taken.append(at) or iter(()))
    monkeypatch.setenv(SCHEDULER, "tcp://a:1")
    for given in (None, "tcp://b:2"):
        with pytest.raises(KeyError):  # this cluster returns no rows
            sweep(measures.product, asked, [0], scheduler=given, jobs=2)
    assert taken == ["tcp://a:1", "tcp://b:2"]


def test_a_complete_file_needs_no_workers(measures, tmp_path):
    path, asked = tmp_path / "rows.jsonl", [{"factor": 2.0}]
    table = sweep(measures.product, asked, range(3), path=path)
    assert sweep(measures.product, asked, range(3), path=path, scheduler="tcp://a:1") == table


def test_the_bar_counts_what_is_there_and_tells_the_time_that_remains(measures, tmp_path, capsys):
    path, asked = tmp_path / "rows.jsonl", [{"factor": 2.0}]
    sweep(measures.product, asked, range(3), path=path)
    assert capsys.readouterr() == ("", "")
    sweep(measures.product, asked, range(4), path=path, progress=True)
    shown = capsys.readouterr().err
    assert "3/4" in shown
    assert "4/4" in shown
    assert "<" in shown  # between the time that has passed and the time that remains


def test_the_experiment_of_the_page_runs(root, tmp_path, monkeypatch):
    page = (root / "book" / "pages" / "cluster.md").read_text(encoding="utf-8")
    function, call = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "full.py").write_text(function, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    small = {"dataset": "digits", "images": 40, "tests": 20}

    def shrunk(measure, configurations, seeds, path, progress):
        assert path.startswith("results/")
        return sweep(measure, [{**configurations[0], **small}], seeds[:1], path=tmp_path / path)

    monkeypatch.setattr("lib.sweep.sweep", shrunk)
    monkeypatch.chdir(tmp_path)
    exec(call, found := {})
    assert found["table"].column("error").tolist() == [None]
    assert (tmp_path / "results" / "full.csv").is_file()
    assert len(found["configurations"]) == 20
    for configuration in found["configurations"]:
        architecture(configuration["network"])  # refuses what it does not know
        assert configuration["labels"] in TREATMENTS


def test_nothing_is_written_where_the_call_is_wrong(measures, tmp_path):
    path = tmp_path / "rows.jsonl"
    with pytest.raises(ValueError, match="jobs must be at least 1, got 0"):
        sweep(measures.product, [{"factor": 2.0}], [0], path=path, jobs=0)
    with pytest.raises(ValueError, match="cannot be imported"):
        sweep(lambda seed: {}, [{}], [0], path=path)
    with pytest.raises(ValueError, match="does not fit the function"):
        sweep(measures.product, [{"factors": 2.0}], [0], path=path)
    assert list(tmp_path.iterdir()) == []
