import numpy as np
import pytest

from lib.pde import advection_diffusion as equations

GRID = np.arange(32) * 2 * np.pi / 32


def test_a_wave_moves_and_decays_as_by_hand():
    """u = sin(2x − y): u_t = c10·2cos − c01·cos − (4 c20 − 2 c11 + c02) sin."""
    equation = equations.AdvectionDiffusion(np.array([0.7, -0.4, 0.1, 0.05, 0.2]))
    x, y = np.meshgrid(GRID, GRID, indexing="ij")
    t, speed, decay = 0.8, 2 * 0.7 + 0.4, 4 * 0.1 - 2 * 0.05 + 0.2
    expected = np.exp(-decay * t) * np.sin(2 * x - y + speed * t)
    np.testing.assert_allclose(equation.solve(np.sin(2 * x - y), t), expected, atol=1e-12)


def test_two_short_times_make_a_long_one_and_the_mean_is_kept():
    equation = equations.random_equation(3)
    start = equations.random_fields(3, 2, 32) + 0.5
    halfway = equation.solve(start, 0.4)
    np.testing.assert_allclose(equation.solve(halfway, 0.6), equation.solve(start, 1.0), atol=1e-12)
    np.testing.assert_allclose(equation.solve(start, 1.0).mean(axis=(1, 2)), 0.5)


@pytest.mark.parametrize("seed", range(20))
def test_random_equations_move_at_speed_one_and_diffuse_as_told(seed):
    c = equations.random_equation(seed).coefficients
    assert np.hypot(c[0], c[1]) == pytest.approx(1)
    rates = np.linalg.eigvalsh(np.array([[c[2], c[3] / 2], [c[3] / 2, c[4]]]))
    assert 0.05 <= rates[0] <= rates[1] <= 0.15


def test_random_fields_are_resolved_and_normalised():
    fields = equations.random_fields(1, 3, 20, highest=4)
    np.testing.assert_allclose(np.mean(fields**2, axis=(1, 2)), 1)
    spectrum = np.abs(np.fft.fft2(fields))
    k = np.abs(np.fft.fftfreq(20, 1 / 20))
    assert spectrum[:, k > 4].max() < 1e-10
    assert spectrum[:, :, k > 4].max() < 1e-10
    assert spectrum[:, 0, 0].max() < 1e-10
    with pytest.raises(ValueError, match="8 points do not resolve frequencies up to 4"):
        equations.random_fields(1, 3, 8, highest=4)


@pytest.mark.parametrize(
    ("coefficients", "message"),
    [
        ([1.0, 2.0], "an equation has five finite coefficients"),
        ([1.0, np.nan, 1.0, 0.0, 1.0], "an equation has five finite coefficients"),
        ([1.0, 1.0, 0.1, 0.5, 0.1], "diffusion must be positive definite"),
        ([1.0, 1.0, -0.1, 0.0, -0.1], "diffusion must be positive definite"),
    ],
)
def test_what_is_no_equation_is_refused(coefficients, message):
    with pytest.raises(ValueError, match=message):
        equations.AdvectionDiffusion(np.array(coefficients))


def test_diffusion_is_drawn_along_turned_axes():
    """The rates along the axes are uniform on [0.05, 0.15], whichever way these are turned."""
    rates = []
    for seed in range(400):
        c = equations.random_equation(seed).coefficients
        rates.append(np.linalg.eigvalsh(np.array([[c[2], c[3] / 2], [c[3] / 2, c[4]]])))
    apart = np.diff(rates)  # the distance of two uniform numbers: 1/3 of the range on average
    assert np.mean(apart) == pytest.approx(0.1 / 3, rel=0.1)
