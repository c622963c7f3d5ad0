"""Answers to the exercises of *A residual block is a step of Euler*: right ones and wrong ones."""

ANSWERS: dict[str, dict[str, list[str]]] = {
    "ex-ro-steps": {
        "right": [
            # the spectral radius of the block
            """
def fewest_steps(J, end):
    for steps in range(1, 10**6):
        h = end / steps
        block = np.eye(len(J)) + h * J + h * h / 2 * J @ J
        if np.abs(np.linalg.eigvals(block)).max() < 1:
            return steps
""",
            # all numbers of steps at once
            """
def fewest_steps(J, end):
    counts = np.arange(1, 20_001)
    z = end / counts[:, None] * np.linalg.eigvals(J)
    factors = np.abs(integrators.stability_function("midpoint", z)).max(axis=1)
    return int(counts[np.argmax(factors < 1)])
""",
        ],
        "wrong": [
            # Euler's rule
            """
def fewest_steps(J, end):
    eigenvalues = np.linalg.eigvals(J)
    longest = np.min(-2 * eigenvalues.real / np.abs(eigenvalues) ** 2)
    return int(np.ceil(end / longest))
""",
            # the largest real part alone
            """
def fewest_steps(J, end):
    eigenvalues = np.linalg.eigvals(J)
    worst, steps = eigenvalues[np.argmax(eigenvalues.real)], 1
    while abs(1 + worst * end / steps + (worst * end / steps) ** 2 / 2) >= 1:
        steps += 1
    return steps
""",
            # the smallest real part alone
            """
def fewest_steps(J, end):
    eigenvalues = np.linalg.eigvals(J)
    worst, steps = eigenvalues[np.argmin(eigenvalues.real)], 1
    while abs(1 + worst * end / steps + (worst * end / steps) ** 2 / 2) >= 1:
        steps += 1
    return steps
""",
            # the real parts alone
            """
def fewest_steps(J, end):
    return int(np.ceil(-np.linalg.eigvals(J).real.min() * end / 2))
""",
            # the norm of J
            """
def fewest_steps(J, end):
    return int(np.ceil(np.linalg.norm(J, 2) * end / 2))
""",
            # the norm of the block
            """
def fewest_steps(J, end):
    for steps in range(1, 5000):
        h = end / steps
        if np.linalg.norm(np.eye(len(J)) + h * J + h * h / 2 * J @ J, 2) < 1:
            return steps
""",
            # one step too many
            """
def fewest_steps(J, end):
    eigenvalues, steps = np.linalg.eigvals(J), 1
    while True:
        z = eigenvalues * end / steps
        if np.all(np.abs(1 + z + z**2 / 2) < 1):
            return steps + 1
        steps += 1
""",
            # the block without its half
            """
def fewest_steps(J, end):
    eigenvalues, steps = np.linalg.eigvals(J), 1
    while True:
        z = eigenvalues * end / steps
        if np.all(np.abs(1 + z + z**2) < 1):
            return steps
        steps += 1
""",
            # the visible example
            """
def fewest_steps(J, end):
    return 16
""",
        ],
    },
    "ex-ro-time": {
        "right": [
            # a root of the closed form
            """
def time_until(growth, mean, square):
    from scipy.optimize import brentq
    ratio = mean / square**0.5
    s = brentq(lambda s: (np.cosh(s) + ratio * np.sinh(s)) ** 2 - growth, 0, 50, xtol=1e-12)
    return s * np.pi**0.5
""",
            # the equations, followed until they get there
            """
def time_until(growth, mean, square):
    def reached(t, state):
        return state[1] - growth * (1 + 1e-14) * square

    def field(t, state):
        slope = np.sqrt(state[1] / np.pi)
        return slope, 2 * state[0] * slope

    reached.terminal = True
    path = solve_ivp(field, (0, 100), (mean, square), events=reached, rtol=1e-10, atol=1e-12)
    return path.t_events[0][0]
""",
        ],
        "wrong": [
            # the mean at the start is forgotten
            """
def time_until(growth, mean, square):
    return np.sqrt(np.pi) * np.arccosh(np.sqrt(growth))
""",
            # as if all units were equal
            """
def time_until(growth, mean, square):
    return np.sqrt(np.pi) * np.log(growth) / 2 / (1 + mean)
""",
            # the growth of r, not of q
            """
def time_until(growth, mean, square):
    ratio = mean / np.sqrt(square)
    return np.sqrt(np.pi) * np.log((growth + np.sqrt(growth**2 - 1 + ratio**2)) / (1 + ratio))
""",
            # the time scale
            """
def time_until(growth, mean, square):
    ratio = mean / np.sqrt(square)
    x = (np.sqrt(growth) + np.sqrt(growth - 1 + ratio**2)) / (1 + ratio)
    return np.pi * np.log(x)
""",
            # right for mean squares of one alone
            """
def time_until(growth, mean, square):
    x = (np.sqrt(growth) + np.sqrt(growth - 1 + mean**2)) / (1 + mean)
    return np.sqrt(np.pi) * np.log(x)
""",
            # the other root
            """
def time_until(growth, mean, square):
    ratio = mean / np.sqrt(square)
    x = (np.sqrt(growth) - np.sqrt(growth - 1 + ratio**2)) / (1 + ratio)
    return np.sqrt(np.pi) * np.log(x)
""",
            # the square of the mean in place of the mean
            """
def time_until(growth, mean, square):
    ratio = mean**2 / square
    x = (np.sqrt(growth) + np.sqrt(growth - 1 + ratio**2)) / (1 + ratio)
    return np.sqrt(np.pi) * np.log(x)
""",
        ],
    },
    "ex-ro-imaginary": {
        "right": [
            # the norm of the whole network
            """
def layers_needed(K, end, factor):
    depth = 1
    while True:
        network = np.linalg.matrix_power(np.eye(len(K)) + end / depth * K, depth)
        if np.linalg.norm(network, 2) <= factor:
            return depth
        depth += 1
""",
            # bisection; singular values of K are the frequencies
            """
def layers_needed(K, end, factor):
    fastest = np.linalg.svd(K)[1][0]

    def growth(depth):
        return (1 + (fastest * end / depth) ** 2) ** (depth / 2)

    low, high = 0, 1
    while growth(high) > factor:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if growth(middle) > factor else (low, middle)
    return high
""",
        ],
        "wrong": [
            # squares of sizes instead of sizes
            """
def layers_needed(K, end, factor):
    fastest, depth = np.abs(np.linalg.eigvals(K)).max(), 1
    while depth * np.log1p((fastest * end / depth) ** 2) > np.log(factor):
        depth += 1
    return depth
""",
            # the slowest rotation
            """
def layers_needed(K, end, factor):
    slowest, depth = np.abs(np.linalg.eigvals(K)).min(), 1
    while depth / 2 * np.log1p((slowest * end / depth) ** 2) > np.log(factor):
        depth += 1
    return depth
""",
            # real parts: nothing grows
            """
def layers_needed(K, end, factor):
    return 1
""",
            # the factor in each layer
            """
def layers_needed(K, end, factor):
    fastest, depth = np.abs(np.linalg.eigvals(K)).max(), 1
    while np.sqrt(1 + (fastest * end / depth) ** 2) > factor:
        depth += 1
    return depth
""",
            # one too many
            """
def layers_needed(K, end, factor):
    fastest, depth = np.abs(np.linalg.eigvals(K)).max(), 1
    while depth / 2 * np.log1p((fastest * end / depth) ** 2) > np.log(factor):
        depth += 1
    return depth + (depth > 1)
""",
            # the step 1/N whatever the time
            """
def layers_needed(K, end, factor):
    fastest, depth = np.abs(np.linalg.eigvals(K)).max(), 1
    while depth / 2 * np.log1p((fastest / depth) ** 2) > np.log(factor):
        depth += 1
    return depth
""",
            # the limit of many layers
            """
def layers_needed(K, end, factor):
    fastest = np.abs(np.linalg.eigvals(K)).max()
    return max(1, int(np.ceil((fastest * end) ** 2 / (2 * np.log(factor)))))
""",
            # the Frobenius norm
            """
def layers_needed(K, end, factor):
    fastest, depth = np.linalg.norm(K), 1
    while depth / 2 * np.log1p((fastest * end / depth) ** 2) > np.log(factor):
        depth += 1
    return depth
""",
        ],
    },
}
