import pickle

import numpy as np
import pytest

from benchmarks import growth
from benchmarks.growth import GROWTHS, Growth, exponent, measured

SIZES = (8, 16, 32, 64)
SMALL = {"pixels": 16, "points": 64}


@pytest.mark.parametrize("power", [0.0, 1.0, 1.7, 3.0])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    found, error = exponent(SIZES, 0.2 * np.array(SIZES) ** power)
    assert found == pytest.approx(power, abs=1e-12)
    assert error == pytest.approx(0, abs=1e-7)


def test_the_error_tells_that_there_is_no_power() -> None:
    slope, error = exponent(SIZES, 1000.0 + np.array(SIZES) ** 2)
    assert slope < 1
    assert error > 0.1 * slope


def test_the_error_is_that_of_least_squares() -> None:
    rng, x = np.random.default_rng(0), np.log(SIZES)
    noise = 0.1 * rng.standard_normal((4000, len(SIZES)))
    slopes, errors = np.transpose([exponent(SIZES, np.exp(2 * x + one)) for one in noise])
    assert np.mean(slopes) == pytest.approx(2, abs=0.01)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(slopes.std(), rel=0.05)


def test_costs_are_those_of_the_call_and_not_of_its_preparation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(growth, "peak_memory", lambda make: float(make()()))
    calls: list[int] = []

    def prepare(size: int):
        def call() -> int:
            calls.append(size)
            return size

        return call

    _, _, cost = measured(Growth("", prepare, SIZES), repeats=2)
    assert set(calls) == set(SIZES)
    assert calls[-2:] == [SIZES[0], SIZES[-1]]  # the last one timed, and where memory is measured
    assert cost.seconds == pytest.approx([0.0, 0.0], abs=1e-3)
    assert cost.mebibytes == SIZES[-1]
    assert len(cost.seconds) == 2


@pytest.mark.parametrize("one", GROWTHS, ids=lambda one: one.title)
def test_what_grows_can_be_called_elsewhere(one: Growth) -> None:
    assert len(one.sizes) >= 4
    assert list(one.sizes) == sorted(one.sizes)
    small = SMALL.get(one.title.split()[-1], 4)
    pickle.loads(pickle.dumps(one.prepare))(small)()
