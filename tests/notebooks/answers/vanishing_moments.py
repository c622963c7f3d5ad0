"""Right and wrong answers to the exercises of the chapter on vanishing moments."""

ERROR = """
def first_error(weights):
    moments = [sum(Fraction(q) * k**j for k, q in weights.items()) for j in range(40)]
    n, further = [j for j, m in enumerate(moments) if m != 0][:2]
    C, p, E = moments[n] / factorial(n), further - n, moments[further] / factorial(further)
    return n, C, p, E
"""

SPREAD = """
def spread(kernel, times):
    w = np.asarray(kernel, dtype=float)
    w = w / w.sum()
    r, c = w.shape
    i, j = np.mgrid[-(r // 2) : r // 2 + 1, -(c // 2) : c // 2 + 1]
    mean = -np.array([(w * i).sum(), (w * j).sum()])
    mixed = (w * i * j).sum()
    second = np.array([[(w * i * i).sum(), mixed], [mixed, (w * j * j).sum()]])
    covariance = second - np.outer(mean, mean)
    return times * mean, times * covariance
"""

RATES = """
def learned_rates(s, dt, V, sigma):
    g, variance = np.exp(s * dt), sigma**2
    euler = ((g - 1) * V - variance) / (V + variance) / dt
    trapezoid = (g * g - 1) * V / 2 / ((1 + g) ** 2 * V / 4 + variance / 2) / dt
    return euler, trapezoid
"""


def changed(source: str, *changes: tuple[str, str]) -> str:
    """Replace parts of an answer, each of which must be there."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source


ANSWERS = {
    "ex-vm-error": {
        "right": [
            ERROR,
            # The coefficients of a power series, in floating point.
            """
def first_error(weights):
    places = np.array(sorted(weights), dtype=float)
    q = np.array([float(weights[k]) for k in sorted(weights)])
    sizes = [np.abs(places) ** j @ np.abs(q) / factorial(j) for j in range(20)]
    terms = [places**j @ q / factorial(j) for j in range(20)]
    n, further = [j for j in range(20) if abs(terms[j]) > 1e-12 * sizes[j]][:2]
    return n, terms[n], further - n, terms[further]
""",
            # Computer algebra: the series of the symbol.
            """
import sympy as sp

def first_error(weights):
    h = sp.symbols("h")
    grown = lambda k: sum((k * h) ** j / sp.factorial(j) for j in range(16))
    total = sum(sp.Rational(str(q)) * grown(k) for k, q in weights.items())
    terms = sp.Poly(total, h).terms()[::-1]
    ((n,), C), ((further,), E) = terms[:2]
    return n, float(C), further - n, float(E)
""",
        ],
        "wrong": [
            changed(ERROR, ("moments[n] / factorial(n)", "moments[n]")),
            changed(
                ERROR, ("moments[further] / factorial(further)", "moments[further] / factorial(n)")
            ),
            changed(
                ERROR,
                (
                    "moments[further] / factorial(further)",
                    "moments[further] / factorial(further - n)",
                ),
            ),
            changed(ERROR, ("further - n", "further")),
            changed(ERROR, ("further - n", "2")),
            changed(ERROR, ("Fraction(q) * k**j", "Fraction(q) * (-k) ** j")),
            changed(ERROR, ("range(40)", "range(5)")),
            changed(ERROR, ("Fraction(q) * k**j", "Fraction(q) * abs(k) ** j")),
            changed(
                ERROR,
                (
                    "n, further = ",
                    "first = min(weights); weights = {k - first: q for k, q in weights.items()}\n"
                    "    moments = [sum(Fraction(q) * k**j for k, q in weights.items()) "
                    "for j in range(40)]\n    n, further = ",
                ),
            ),
            changed(ERROR, ("return n, C, p, E", "return n, C, p, -E")),
            "def first_error(weights):\n    return 1, 1, 2, Fraction(1, 6)\n",
        ],
    },
    "ex-vm-spread": {
        "right": [
            SPREAD,
            # One step of a walk, by weighted statistics.
            """
def spread(kernel, times):
    w = np.asarray(kernel, dtype=float)
    steps = -np.array([[a - w.shape[0] // 2, b - w.shape[1] // 2] for a, b in np.ndindex(*w.shape)])
    mean = np.average(steps, axis=0, weights=w.ravel())
    covariance = np.cov(steps.T, aweights=w.ravel(), bias=True)
    return times * mean, times * covariance
""",
            # Derivatives of the logarithm of the symbol.
            """
import sympy as sp

def spread(kernel, times):
    w = np.asarray(kernel, dtype=float)
    s = sp.symbols("s:2")
    places = [(a - w.shape[0] // 2, b - w.shape[1] // 2) for a, b in np.ndindex(*w.shape)]
    symbol = sum(float(q) * sp.exp(-s[0] * a - s[1] * b) for q, (a, b) in zip(w.ravel(), places))
    at, log = {s[0]: 0, s[1]: 0}, times * sp.log(symbol)
    mean = np.array([float(sp.diff(log, v).subs(at)) for v in s])
    return mean, np.array([[float(sp.diff(log, v, u).subs(at)) for u in s] for v in s])
""",
        ],
        "wrong": [
            changed(SPREAD, ("mean = -np", "mean = np")),
            changed(SPREAD, ("second - np.outer(mean, mean)", "second")),
            changed(SPREAD, ("times * covariance", "times**2 * covariance")),
            changed(SPREAD, ("times * mean", "np.sqrt(times) * mean")),
            changed(SPREAD, ("[(w * i).sum(), (w * j).sum()]", "[(w * j).sum(), (w * i).sum()]")),
            changed(SPREAD, ("    w = w / w.sum()\n", "")),
            changed(SPREAD, ("mixed = (w * i * j).sum()", "mixed = 0")),
            changed(
                SPREAD,
                (
                    "i, j = np.mgrid[-(r // 2) : r // 2 + 1, -(c // 2) : c // 2 + 1]",
                    "i, j = np.mgrid[:r, :c]",
                ),
            ),
            changed(
                SPREAD,
                (
                    "i, j = np.mgrid[-(r // 2) : r // 2 + 1, -(c // 2) : c // 2 + 1]",
                    "i, j = np.mgrid[-1:2, -1:2]",
                ),
            ),
            changed(
                SPREAD,
                (
                    "covariance = second - np.outer(mean, mean)",
                    "covariance = second - times * np.outer(mean, mean)",
                ),
            ),
            "def spread(kernel, times):\n    return np.zeros(2), np.eye(2)\n",
            "def spread(kernel, times):\n    return np.zeros(2), times / 4 * np.eye(2)\n",
        ],
    },
    "ex-vm-euler": {
        "right": [
            RATES,
            # From the covariance of what is seen at the two times.
            """
def learned_rates(s, dt, V, sigma):
    g = np.exp(s * dt)
    seen = V * np.outer([1, g], [1, g]) + sigma**2 * np.eye(2)
    rate = np.array([-1, 1]) / dt
    return tuple(rate @ seen @ w / (w @ seen @ w) for w in (np.array([1, 0]), np.array([0.5, 0.5])))
""",
            # Least squares of data that stand for all examples.
            """
def learned_rates(s, dt, V, sigma):
    u0, noise0, noise1 = np.sqrt(3) * np.diag([np.sqrt(V), sigma, sigma])
    v0, v1 = u0 + noise0, np.exp(s * dt) * u0 + noise1
    fit = lambda w: float(np.linalg.lstsq(w[:, None], (v1 - v0) / dt, rcond=None)[0][0])
    return fit(v0), fit((v0 + v1) / 2)
""",
        ],
        "wrong": [
            changed(
                RATES, ("variance = np.exp(s * dt), sigma**2", "variance = np.exp(s * dt), sigma")
            ),
            changed(RATES, ("((g - 1) * V - variance)", "((g - 1) * V)")),
            changed(RATES, ("((g - 1) * V - variance)", "((g - 1) * V + variance)")),
            changed(RATES, ("(V + variance) / dt", "V / dt")),
            changed(RATES, ("variance / 2)", "variance)")),
            changed(RATES, ("variance / 2)", "0)")),
            changed(RATES, ("g, variance = np.exp(s * dt)", "g, variance = 1 + s * dt")),
            changed(RATES, ("return euler, trapezoid", "return trapezoid, euler")),
            changed(RATES, ("(V + variance) / dt", "(V + variance)")),
            changed(RATES, ("(g * g - 1) * V / 2", "((g * g - 1) * V / 2 - variance)")),
            "def learned_rates(s, dt, V, sigma):\n"
            "    return (np.exp(s * dt) - 1) / dt, 2 / dt * np.tanh(s * dt / 2)\n",
            "def learned_rates(s, dt, V, sigma):\n    return -1.81269, -1.99336\n",
        ],
    },
}
