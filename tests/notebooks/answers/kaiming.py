"""Answers to the exercises of the chapter *Kaiming* that must pass, and some that must not."""

ANSWERS: dict[str, dict[str, list[str]]] = {
    "ex-ka-dropout": {
        "right": [
            """
def deviation_with_dropout(fan_in, keep):
    import math
    return math.sqrt(2.0 / fan_in) * math.sqrt(keep)
""",
            """
def deviation_with_dropout(fan_in, keep):
    behind = 0.5 * (keep * (1 / keep) ** 2)  # mean square of an input whose y has mean square 1
    return (fan_in * behind) ** -0.5
""",
        ],
        "wrong": [
            # forgets dropout
            """
def deviation_with_dropout(fan_in, keep):
    return np.sqrt(2 / fan_in)
""",
            # divides instead
            """
def deviation_with_dropout(fan_in, keep):
    return np.sqrt(2 / (keep * fan_in))
""",
            # the variance
            """
def deviation_with_dropout(fan_in, keep):
    return 2 * keep / fan_in
""",
            # the mean, not the mean square
            """
def deviation_with_dropout(fan_in, keep):
    return keep * np.sqrt(2 / fan_in)
""",
            # forgets the rectifier
            """
def deviation_with_dropout(fan_in, keep):
    return np.sqrt(keep / fan_in)
""",
            # the visible example
            """
def deviation_with_dropout(fan_in, keep):
    return 0.2
""",
        ],
    },
    "ex-ka-read": {
        "right": [
            """
def read_variance(mean_squares, width):
    steps = len(mean_squares) - 1
    return 2 / width * (mean_squares[-1] / mean_squares[0]) ** (1 / steps)
""",
            """
def read_variance(mean_squares, width):
    doublings = np.median(np.diff(np.log2(mean_squares)))
    return 2.0 ** (1 + doublings) / width
""",
            """
def read_variance(mean_squares, width):
    logs = np.log(mean_squares)
    layers = np.arange(len(logs)) - (len(logs) - 1) / 2
    return 2 * np.exp(layers @ logs / (layers @ layers)) / width
""",
        ],
        "wrong": [
            # no rectifier
            """
def read_variance(mean_squares, width):
    steps = len(mean_squares) - 1
    return (mean_squares[-1] / mean_squares[0]) ** (1 / steps) / width
""",
            # off by one layer
            """
def read_variance(mean_squares, width):
    return 2 / width * (mean_squares[-1] / mean_squares[0]) ** (1 / len(mean_squares))
""",
            # inputs of mean square one
            """
def read_variance(mean_squares, width):
    return 2 / width * mean_squares[-1] ** (1 / len(mean_squares))
""",
            # the standard deviation of the weights
            """
def read_variance(mean_squares, width):
    steps = len(mean_squares) - 1
    return np.sqrt(2 / width * (mean_squares[-1] / mean_squares[0]) ** (1 / steps))
""",
            # a slope to base 2 with a power of e
            """
def read_variance(mean_squares, width):
    slope = np.polyfit(np.arange(len(mean_squares)), np.log2(mean_squares), 1)[0]
    return 2 * np.exp(slope) / width
""",
            # upside down
            """
def read_variance(mean_squares, width):
    steps = len(mean_squares) - 1
    return 2 / width * (mean_squares[0] / mean_squares[-1]) ** (1 / steps)
""",
            # the visible example
            """
def read_variance(mean_squares, width):
    return 2 / width
""",
        ],
    },
    "ex-ka-critical": {
        "right": [
            # quadrature by lib, and bisection
            """
def critical_variance(steepness):
    from lib.signal import activations
    low, high = 90.0, 120.0
    for _ in range(21):
        v = (low + high) / 2
        if activations.propagate("logistic", v, 45.0, 7)[1][-1] < 1:
            low = v
        else:
            high = v
    return low / steepness**2
""",
            # with the steepness in the activation; both conditions as a system of equations
            """
def critical_variance(steepness):
    from scipy.optimize import fsolve
    z = np.linspace(-9, 9, 3001)
    p = np.exp(-z * z / 2)
    p = p / p.sum()

    def conditions(logs):
        q, v = np.exp(logs)
        f = 1 / (1 + np.exp(-steepness * np.sqrt(q) * z))
        slope = steepness * f * (1 - f)
        return [np.log(v * (p @ f**2) / q), np.log(v * (p @ slope**2))]

    return np.exp(fsolve(conditions, np.log([40 / steepness**2, 90 / steepness**2]))[1])
""",
        ],
        "wrong": [
            # right for steepness one alone
            """
def critical_variance(steepness):
    return 103.0075
""",
            # the power of the steepness
            """
def critical_variance(steepness):
    return 103.0075 / steepness
""",
            # the bound by the largest slope
            """
def critical_variance(steepness):
    return 16.001 / steepness**2
""",
            # as if preactivations had variance one
            """
def critical_variance(steepness):
    z = np.linspace(-9, 9, 3001)
    p = np.exp(-z * z / 2)
    f = expit(steepness * z)
    return p.sum() / (p @ (steepness * f * (1 - f)) ** 2)
""",
            # the mean instead of the mean square of the slope
            """
def critical_variance(steepness):
    z = np.linspace(-9, 9, 3001)
    p = np.exp(-z * z / 2)
    p = p / p.sum()

    def excess(v):
        q = 1.0
        for _ in range(50):
            q = v * p @ expit(np.sqrt(q) * z) ** 2
        return v * p @ (expit(np.sqrt(q) * z) * expit(-np.sqrt(q) * z)) - 1

    return brentq(excess, 1, 1000) / steepness**2
""",
            # a mean is subtracted from the activation
            """
def critical_variance(steepness):
    z = np.linspace(-9, 9, 3001)
    p = np.exp(-z * z / 2)
    p = p / p.sum()

    def excess(v):
        q = 1.0
        for _ in range(50):
            q = v * p @ (expit(np.sqrt(q) * z) - 0.5) ** 2
        return v * p @ (expit(np.sqrt(q) * z) * expit(-np.sqrt(q) * z)) ** 2 - 1

    return brentq(excess, 16.5, 1000) / steepness**2
""",
        ],
    },
}
