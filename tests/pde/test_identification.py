import numpy as np
import pytest
from scipy import ndimage

from lib.pde.identification import KINDS, RULES, Learned, learn
from lib.pde.moment_matrix import kernel_from_moments, moment_matrix

SPACING, DT = 2 * np.pi / 16, 0.03


def known(rule, seed=0):
    """A filter of an advection–diffusion equation, and fields that step by it exactly."""
    rng = np.random.default_rng(seed)
    M = np.zeros((5, 5))
    M[1, 0], M[0, 1], M[2, 0], M[1, 1], M[0, 2] = 0.3, -0.2, 0.15, 0.02, 0.1
    learned = Learned(kernel_from_moments(M), SPACING, DT, rule)
    start = rng.standard_normal((3, 16, 16))
    return learned, np.stack([learned.march(start, steps) for steps in range(4)])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_filter_that_made_the_fields_is_found_again(rule, kind):
    made, fields = known(rule)
    found = learn(fields, SPACING, DT, kind, rule)
    np.testing.assert_allclose(found.kernel, made.kernel, atol=1e-6)
    scale = SPACING ** np.array([1, 1, 2, 2, 2])
    np.testing.assert_allclose(
        found.coefficients, np.array([0.3, -0.2, 0.15, 0.02, 0.1]) * scale, atol=1e-6
    )


def test_a_step_of_euler_adds_the_correlation():
    made, fields = known("euler")
    by_hand = fields[0] + DT * np.stack(
        [ndimage.correlate(field, made.kernel, mode="wrap") for field in fields[0]]
    )
    np.testing.assert_allclose(fields[1], by_hand, atol=1e-12)


def test_a_step_of_the_trapezoid_uses_the_mean_of_both_ends():
    made, fields = known("trapezoid")
    mean = (fields[0] + fields[1]) / 2
    rate = np.stack([ndimage.correlate(field, made.kernel, mode="wrap") for field in mean])
    np.testing.assert_allclose(fields[1] - fields[0], DT * rate, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_constraints_are_kept_whatever_the_data(kind):
    noise = np.random.default_rng(4).standard_normal((3, 2, 12, 12))
    M = moment_matrix(learn(noise, SPACING, DT, kind, "trapezoid").kernel)
    degrees = np.add.outer(np.arange(5), np.arange(5))
    forbidden = {
        "free": np.zeros((5, 5), dtype=bool),
        "constrained": (degrees == 0) | (degrees == 3),
        "frozen": ~np.isin(degrees, (1, 2)),
    }[kind]
    size = np.abs(M).max()
    np.testing.assert_allclose(M[forbidden], 0, atol=1e-9 * size)
    assert np.abs(M[~forbidden]).min() > 1e-9 * size


@pytest.mark.parametrize("kind", KINDS)
def test_fields_that_show_nothing_teach_nothing(kind):
    constant = np.ones((2, 1, 8, 8))
    np.testing.assert_allclose(learn(constant, SPACING, DT, kind, "euler").kernel, 0, atol=1e-12)


def test_the_free_filter_explains_the_rates_best():
    rng = np.random.default_rng(5)
    fields = rng.standard_normal((2, 2, 12, 12))
    misfits = []
    for kind in KINDS:
        q = learn(fields, SPACING, DT, kind, "euler").kernel
        explained = ndimage.correlate(fields[0], q[None], mode="wrap")
        misfits.append(np.linalg.norm((fields[1] - fields[0]) / DT - explained))
    assert misfits[0] < misfits[1] < misfits[2]


@pytest.mark.parametrize(
    ("fields", "change", "message"),
    [
        (np.zeros((2, 1, 8, 8)), {"kind": "tied"}, "unknown kind 'tied'; give one of free, con"),
        (np.zeros((2, 1, 8, 8)), {"rule": "rk4"}, "unknown rule 'rk4'; give one of euler, trap"),
        (np.zeros((2, 1, 8, 9)), {}, r"fields must be \(T, m, n, n\)"),
        (np.zeros((1, 1, 8, 8)), {}, r"fields must be \(T, m, n, n\) with two times"),
        (np.full((2, 1, 8, 8), np.nan), {}, r"fields must be finite, got nan at \[0, 0, 0, 0\]"),
    ],
)
def test_bad_input_is_named(fields, change, message):
    settings = {"kind": "free", "rule": "euler"} | change
    with pytest.raises(ValueError, match=message):
        learn(fields, SPACING, DT, **settings)
