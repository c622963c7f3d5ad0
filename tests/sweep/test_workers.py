"""Measuring in this process, in others and on a cluster gives the same rows."""

import builtins
import os
import re
import signal
import socket
import warnings

import pytest
import torch

from lib.sweep import workers
from lib.sweep.configurations import grid, pairs
from lib.sweep.table import Table
from lib.sweep.workers import in_process, measured, on_cluster, on_processes


@pytest.fixture(scope="module")
def measures():
    import measures

    return measures


def without_seconds(rows):
    found = [{**row.columns, "seconds": None} for row in rows]
    return sorted(found, key=repr)


def test_numbers_do_not_depend_on_how_many_threads_there_are(measures):
    before = torch.get_num_threads()
    wanted = pairs(measures.rounding, grid(size=[1_000_003]), range(3))
    try:
        torch.set_num_threads(1)
        single = without_seconds(in_process(measures.rounding, wanted))
        torch.set_num_threads(3)
        several = without_seconds(in_process(measures.rounding, wanted))
        assert torch.get_num_threads() == 3  # as it was
        apart = without_seconds(on_processes(measures.rounding, wanted, 2))
    finally:
        torch.set_num_threads(before)
    assert single == several == apart
    assert {row["threads"] for row in single} == {1}


def test_an_exception_becomes_one_line(measures, tmp_path):
    row = measured(measures.moody, {"folder": str(tmp_path)}, 3)
    assert (row.measures, row.error) == ({}, "ValueError: seed 3 is odd")
    assert row.seconds >= 0
    assert torch.get_num_threads() >= 1


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("number", "ValueError: the function returned a float, not measures by name"),
        ("reserved", "ValueError: the function returned 'seconds', which is not free as a name"),
        ("configured", "ValueError: the function returned 'what', which is not free as a name"),
        ("object", "ValueError: the function returned x: <object object"),
        ("missing", "KeyError: 'missing'"),
    ],
)
def test_what_is_no_measure_becomes_an_error(measures, what, error):
    row = measured(measures.gives, {"what": what}, 0)
    assert row.error is not None
    assert row.error.startswith(error)
    assert row.measures == {}


def test_numbers_at_the_ends_pass(measures):
    row = measured(measures.gives, {"what": "extremes"}, 0)
    expected = "{'inf': inf, 'nan': nan, 'tiny': 5e-324, 'list': [0, 1], 'no': None}"
    assert (repr(row.measures), row.error) == (expected, None)


def test_a_measure_that_changes_its_arguments_does_not_change_the_row(measures):
    row = measured(measures.changes_its_list, {"widths": [8]}, 0)
    assert (row.configuration, row.measures) == ({"widths": [8]}, {"count": 2})


def test_processes_work_at_the_same_time_and_rows_come_as_they_are_done(measures, tmp_path):
    wanted = pairs(measures.slow, [{"folder": str(tmp_path)}], range(6))
    rows = list(on_processes(measures.slow, wanted, 2))
    assert sorted(row.seed for row in rows) == list(range(6))
    processes = {row.measures["process"] for row in rows}
    assert os.getpid() not in processes
    assert len(processes) == 2


@pytest.mark.slow
def test_a_process_that_dies_costs_its_own_row_alone(measures):
    wanted = pairs(measures.deadly, grid(width=[1, 2]), [0, 1, 3])
    table = Table(tuple(row.columns for row in on_processes(measures.deadly, wanted, 2)))
    assert len(table.rows) == 6
    dead = table.where(seed=1)
    assert set(dead.column("error")) == {"the process died; was it out of memory?"}
    alive = table.where(error=None)
    assert sorted(zip(alive.column("seed"), alive.column("double"), strict=True)) == [
        (0, 2), (0, 4), (3, 2), (3, 4),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("cluster", [0], indirect=True)
def test_a_cluster_gives_the_same_rows_or_is_told_why_not(measures, cluster, monkeypatch):
    wanted = pairs(measures.rounding, grid(size=[1_000_003]), range(2))
    there = without_seconds(on_cluster(measures.rounding, wanted, cluster))
    assert there == without_seconds(in_process(measures.rounding, wanted))
    asked = pairs(measures.deadly, [{"width": 4}], range(2))
    alive, dead = sorted(on_cluster(measures.deadly, asked, cluster), key=lambda row: row.seed)
    assert (alive.measures, alive.error) == ({"double": 8}, None)
    assert dead.error is not None
    assert dead.error.startswith("KilledWorker: ")
    monkeypatch.setattr(workers, "code_digest", lambda _: "that of other files")
    with pytest.raises(ValueError, match=r"cannot run measures:rounding: .*has other code of it"):
        list(on_cluster(measures.rounding, wanted, cluster))


def ends_of(address, function):
    """What a function gives on each worker, and on the scheduler."""
    distributed = pytest.importorskip("distributed")
    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(2)
        return list(client.run(function).values()), client.run_on_scheduler(function)


@pytest.mark.slow
def test_a_lost_scheduler_is_named(measures, cluster):
    _, scheduler = ends_of(cluster, os.getpid)
    rows = on_cluster(
        measures.pausing, pairs(measures.pausing, [{"pause": 0.2}], range(40)), cluster
    )
    next(rows)
    os.kill(scheduler, signal.SIGKILL)
    with pytest.raises(
        ValueError, match=f"the scheduler {cluster} was lost; the same call goes on"
    ):
        list(rows)


@pytest.mark.slow
def test_without_workers_a_sweep_says_so_and_waits(measures, cluster, later_worker, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 1)
    processes, _ = ends_of(cluster, os.getpid)
    wanted, told = pairs(measures.pausing, [{"pause": 0.2}], range(20)), []

    def heard(message, *_):
        if not told:
            later_worker(cluster)
        told.append(str(message))

    rows = on_cluster(measures.pausing, wanted, cluster)
    found = [next(rows)]
    for process in processes:
        os.kill(process, signal.SIGKILL)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", heard)
        found += rows
    assert re.fullmatch(rf"\d+ measurements wait for a worker: none .* to {cluster}", told[0])
    assert sorted(row.seed for row in found) == list(range(20))
    assert {row.error for row in found} == {None}


def test_workers_with_several_threads_are_refused(measures):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, protocol="tcp", dashboard_address=":0"
    ) as threads:
        address = threads.scheduler_address
        with pytest.raises(ValueError, match=r"runs 2 tasks at a time; start workers with --nthr"):
            list(on_cluster(measures.product, [({"factor": 1.0}, 0)], address))


def test_without_distributed_the_message_says_how_to_install_it(measures, monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name.startswith("distributed"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ValueError, match=r"not installed; pip install -c constraints\.txt -e"):
        list(on_cluster(measures.product, [({"factor": 1.0}, 0)], "tcp://127.0.0.1:8786"))


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:8786", "tcp://host"])
def test_what_is_no_address_is_refused(measures, address):
    with pytest.raises(ValueError, match=rf"scheduler '{address}' is no address such as tcp://"):
        list(on_cluster(measures.product, [({"factor": 1.0}, 0)], address))


def test_a_scheduler_that_is_not_there_is_named(measures, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "TIMEOUT", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ValueError, match=f"no Dask scheduler answers at {address} within 1 s"):
            list(on_cluster(measures.product, [({"factor": 1.0}, 0)], address))
