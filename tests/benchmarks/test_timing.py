from functools import partial

import pytest
import torch

from benchmarks import timing
from benchmarks.timing import Cost, in_turns, one_thread, times_as_fast


def test_rivals_take_turns_after_calls_that_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LEAST", 1e-12)  # a call is enough
    called: list[str] = []
    found = in_turns({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, 3)
    assert "".join(called) == "ab" + "ab" + "ab" + "ba" + "ab"
    assert {name: len(seconds) for name, seconds in found.items()} == {"a": 3, "b": 3}


def test_what_is_short_is_called_often_and_its_time_is_that_of_a_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    called = {"short": 0, "long": 0}

    def call(name: str, seconds: float) -> None:
        called[name] += 1
        clock[0] += seconds

    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])
    short, long = (partial(call, *what) for what in (("short", 0.015625), ("long", 4.0)))
    found = in_turns({"short": short, "long": long}, 2)
    assert found == {"short": (0.015625,) * 2, "long": (4.0,) * 2}
    assert called == {"short": 2 + 2 * 4, "long": 2 + 2}


def test_they_have_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        seen: list[int] = []
        in_turns({"a": lambda: seen.append(torch.get_num_threads())}, 1)
        assert set(seen) == {1}
        assert torch.get_num_threads() == 2
        with pytest.raises(ValueError, match="stop"), one_thread():
            raise ValueError("stop")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_ratio_is_taken_within_turns() -> None:
    # The machine became three times as slow on the way.
    assert times_as_fast([1.0, 3.0, 3.0], [2.0, 6.0, 6.0]) == (2, 2, 2)
    assert times_as_fast([1.0] * 5, [1.0, 2.0, 3.0, 4.0, 5.0]) == (2, 3, 4)
    assert Cost((3.0, 1.0, 2.0), 0.0).median == 2
