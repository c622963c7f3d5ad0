import pytest
import torch

from benchmarks.timing import Cost, in_turns, one_thread, times_as_fast


def test_rivals_take_turns_after_a_call_that_is_not_timed() -> None:
    called: list[str] = []
    found = in_turns({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, 3)
    assert called == ["a", "b"] * 4
    assert {name: len(seconds) for name, seconds in found.items()} == {"a": 3, "b": 3}


def test_they_have_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        seen: list[int] = []
        in_turns({"a": lambda: seen.append(torch.get_num_threads())}, 1)
        assert seen == [1, 1]
        assert torch.get_num_threads() == 2
        with pytest.raises(ValueError, match="stop"), one_thread():
            raise ValueError("stop")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_ratio_is_taken_within_turns() -> None:
    # The machine became three times as slow on the way.
    assert times_as_fast([1.0, 3.0, 3.0], [2.0, 6.0, 6.0]) == 2
    assert Cost((3.0, 1.0, 2.0), 0.0).median == 2
