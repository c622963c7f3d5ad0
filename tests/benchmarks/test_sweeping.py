import pytest

from benchmarks import sweeping
from benchmarks.sweeping import Sweeps, sweeps
from benchmarks.timing import Cost


def test_efficiency_is_the_median_over_turns() -> None:
    one, two = Cost((4.0, 8.0, 4.0), 1.0), Cost((2.0, 5.0, 4.0), 2.0)
    assert Sweeps(one, two).efficiency == pytest.approx(0.8)


def test_a_sweep_is_measured_with_one_worker_and_with_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone: list[int] = []
    monkeypatch.setattr(sweeping, "in_new_process", lambda *given: alone.append(given[-1]))
    found = sweeps(depths=[2], seeds=range(2), repeats=2)
    assert len(found.one.seconds) == len(found.two.seconds) == 2
    assert min(*found.one.seconds, *found.two.seconds) > 0
    assert found.efficiency > 0
    assert alone == [1, 2]


def test_workers_that_give_other_losses_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "_losses", lambda depths, seeds, jobs: float(jobs))
    with pytest.raises(AssertionError):
        sweeps(repeats=1)
