"""Other right answers to the exercises of this chapter, and wrong ones that must fail."""

ANSWERS: dict[str, dict[str, list[str]]] = {
    "ex-ld-plateaus": {
        "right": [
            # by the eigenvalues of the Gram matrix
            """
def plateaus(Sigma31, hidden):
    squares = np.sort(np.linalg.eigvalsh(Sigma31 @ Sigma31.T))[::-1]
    squares = squares[squares > 1e-20 * squares[0]]
    squares = np.where(squares > 1e-12 * squares[0], squares, 0.0)
    squares = squares[squares > 0]
    heights = squares.sum() - np.concatenate([[0.0], np.cumsum(squares)])
    return np.maximum(heights[: hidden + 1], 0.0) / 2
""",
            # by taking one mode after the other away
            """
def plateaus(Sigma31, hidden):
    U, s, Vt = np.linalg.svd(Sigma31, full_matrices=False)
    left, heights = np.array(Sigma31), [np.sum(Sigma31**2) / 2]
    for mode in range(min(hidden, np.linalg.matrix_rank(Sigma31, tol=1e-10 * s[0]))):
        left = left - s[mode] * np.outer(U[:, mode], Vt[mode])
        heights.append(np.sum(left**2) / 2)
    return heights
""",
            # by the loss at the critical points themselves
            """
def plateaus(Sigma31, hidden):
    found = coordinates.find_modes(Sigma31)
    heights = []
    for k in range(min(hidden, found.s.size) + 1):
        u0 = np.where(np.arange(found.s.size) < k, found.s, 0.0)
        W21, W32 = coordinates.decoupled_weights(found, u0, found.s.size, 0)
        heights.append(np.linalg.norm(Sigma31 - W32 @ W21) ** 2 / 2)
    return np.array(heights)
""",
        ],
        "wrong": [
            # without the half
            """
def plateaus(Sigma31, hidden):
    s = np.linalg.svd(Sigma31, compute_uv=False)
    learned = min(hidden, int(np.sum(s > 1e-10 * s[0])))
    return np.array([np.sum(s[k:] ** 2) for k in range(learned + 1)])
""",
            # weak modes first
            """
def plateaus(Sigma31, hidden):
    s = np.linalg.svd(Sigma31, compute_uv=False)
    s = s[s > 1e-10 * s[0]][::-1]
    return np.array([0.5 * np.sum(s[k:] ** 2) for k in range(min(hidden, s.size) + 1)])
""",
            # all modes fit
            """
def plateaus(Sigma31, hidden):
    s = np.linalg.svd(Sigma31, compute_uv=False)
    s = s[s > 1e-10 * s[0]]
    return np.array([0.5 * np.sum(s[k:] ** 2) for k in range(s.size + 1)])
""",
            # the smaller side instead of the rank
            """
def plateaus(Sigma31, hidden):
    s = np.linalg.svd(Sigma31, compute_uv=False)
    return np.array([0.5 * np.sum(s[k:] ** 2) for k in range(min(hidden, s.size) + 1)])
""",
            # singular values not squared
            """
def plateaus(Sigma31, hidden):
    s = np.linalg.svd(Sigma31, compute_uv=False)
    s = s[s > 1e-10 * s[0]]
    return np.array([0.5 * np.sum(s[k:]) for k in range(min(hidden, s.size) + 1)])
""",
            # the drops instead of the heights
            """
def plateaus(Sigma31, hidden):
    s = np.linalg.svd(Sigma31, compute_uv=False)
    s = s[s > 1e-10 * s[0]][:hidden]
    return np.append(0.5 * s**2, 0.0)
""",
            # eigenvalues of a square task only
            """
def plateaus(Sigma31, hidden):
    s = np.sort(np.abs(np.linalg.eigvals(Sigma31)))[::-1]
    return np.array([0.5 * np.sum(s[k:] ** 2) for k in range(min(hidden, s.size) + 1)])
""",
            # the example
            """
def plateaus(Sigma31, hidden):
    return np.array([2.5, 0.5, 0.0])
""",
        ],
    },
    "ex-ld-read": {
        "right": [
            # s from a closed form in u, tau from the logarithm of odds
            """
def read_run(strengths, interval):
    x, y, z = (float(u) for u in strengths)
    s = y * (2 * x * z - y * (x + z)) / (x * z - y**2)
    odds = [abs(u / (s - u)) for u in (x, y, z)]
    return s, 2 * s * interval / np.log(odds[1] / odds[0])
""",
            # search for the s for which the odds grow evenly
            """
def read_run(strengths, interval):
    from scipy.optimize import brentq

    x, y, z = (float(u) for u in strengths)

    def uneven(s):
        return x * z * (s - y) ** 2 - y**2 * (s - x) * (s - z)

    ends = (z * (1 + 1e-14), 1e6 * z) if z > x else (1e-12 * z, z * (1 - 1e-14))
    s = brentq(uneven, *ends, xtol=1e-15, rtol=1e-14)
    return np.array([s, 2 * s * interval / (np.log(y / abs(s - y)) - np.log(x / abs(s - x)))])
""",
            # a straight line through neighbouring values of 1/u
            """
def read_run(strengths, interval):
    v = 1 / np.array(strengths, dtype=float)
    slope, offset = np.polyfit(v[:2], v[1:], 1)
    s = (1 - slope) / offset
    return float(s), float(2 * s * interval / -np.log(slope))
""",
        ],
        "wrong": [
            # a factor of two in the rate of the sigmoid
            """
def read_run(strengths, interval):
    a, b, c = 1 / np.asarray(strengths, dtype=float)
    q = (b - c) / (a - b)
    s = (1 - q) / (b - q * a)
    return s, -s * interval / np.log(q)
""",
            # the learning rate instead of the time constant
            """
def read_run(strengths, interval):
    a, b, c = 1 / np.asarray(strengths, dtype=float)
    q = (b - c) / (a - b)
    s = (1 - q) / (b - q * a)
    return s, np.log(q) / (-2 * s * interval)
""",
            # the last record as s
            """
def read_run(strengths, interval):
    x, y, z = strengths
    s = 1.001 * z
    odds = [abs(u / (s - u)) for u in (x, y)]
    return s, 2 * s * interval / np.log(odds[1] / odds[0])
""",
            # s as twice the middle, as in the example
            """
def read_run(strengths, interval):
    x, y, z = strengths
    s = 2 * y
    odds = [abs(u / (s - u)) for u in (x, z)]
    return s, 4 * s * interval / np.log(odds[1] / odds[0])
""",
            # the whole run counted as one interval
            """
def read_run(strengths, interval):
    a, b, c = 1 / np.asarray(strengths, dtype=float)
    q = (b - c) / (a - b)
    s = (1 - q) / (b - q * a)
    return s, -4 * s * interval / np.log(q)
""",
            # strength taken to relax exponentially
            """
def read_run(strengths, interval):
    x, y, z = (float(u) for u in strengths)
    q = abs((z - y) / (y - x))
    q = q if q != 1 else 0.5
    return (z - q * y) / (1 - q), -2 * interval / np.log(q)
""",
            # rising strengths only
            """
def read_run(strengths, interval):
    x, y, z = sorted(float(u) for u in strengths)
    s = y * (2 * x * z - y * (x + z)) / (x * z - y**2)
    s = max(s, 1.001 * z)
    return s, 2 * s * interval / np.log(y * (s - x) / (x * (s - y)))
""",
            # the two swapped
            """
def read_run(strengths, interval):
    a, b, c = 1 / np.asarray(strengths, dtype=float)
    q = (b - c) / (a - b)
    s = (1 - q) / (b - q * a)
    return -2 * s * interval / np.log(q), s
""",
            # the example
            """
def read_run(strengths, interval):
    return 2.0, 100.0
""",
        ],
    },
    "ex-ld-end": {
        "right": [
            # by the conserved |p| |m| and a search for the growth
            """
def learned_weights(a, b, s):
    from scipy.optimize import brentq

    p, m = a + b, a - b
    P, M = np.linalg.norm(p), np.linalg.norm(m)

    def excess(y):  # y: logarithm of the length of p in the end
        return np.exp(2 * y) - (P * M * np.exp(-y)) ** 2 - 4 * s

    top = np.log(2 * np.sqrt(s) + P + M + 1)
    y = brentq(excess, np.log(4 * s) / 2 - 1e-9, top, xtol=1e-14)
    p, m = p / P * np.exp(y), m * P / np.exp(y)
    return (p + m) / 2, (p - m) / 2
""",
            # by hyperbolic functions: the flow is a rotation with cosh and sinh
            """
def learned_weights(a, b, s):
    scale = max(np.abs(a).max(), np.abs(b).max())
    a, b, goal = a / scale, b / scale, s / scale**2
    size, u = (a @ a + b @ b) / 2, a @ b
    # u(phi) = u cosh 2phi + size sinh 2phi = goal, with e^(2 phi) = x
    x = (goal + np.sqrt(goal**2 + size**2 - u**2)) / (u + size)
    x = np.sqrt(x)
    cosh, sinh = (x + 1 / x) / 2, (x - 1 / x) / 2
    return scale * (cosh * a + sinh * b), scale * (sinh * a + cosh * b)
""",
            # Newton's method for the growth, from a start on the far side
            """
def learned_weights(a, b, s):
    p, m = np.add(a, b), np.subtract(a, b)
    P, M = float(p @ p), float(m @ m)
    # lengths in the end: G = g² P solves G − P M/G = 4 s
    G = 4 * s + np.sqrt(P * M)
    for _ in range(100):
        G = G - (G - P * M / G - 4 * s) / (1 + P * M / G**2)
    g = np.sqrt(G / P)
    return [(g * p + m / g) / 2, (g * p - m / g) / 2]
""",
        ],
        "wrong": [
            # both vectors made longer by the same factor
            """
def learned_weights(a, b, s):
    factor = np.sqrt(s / np.abs(a @ b))
    return factor * a, factor * b
""",
            # a balanced end in the direction of a + b
            """
def learned_weights(a, b, s):
    p = (a + b) / np.linalg.norm(a + b)
    return np.sqrt(s) * p, np.sqrt(s) * p
""",
            # only the scalar imbalance kept, along a + b
            """
def learned_weights(a, b, s):
    c = a @ a - b @ b
    p = (a + b) / np.linalg.norm(a + b)
    root = np.sqrt(c**2 + 4 * s**2)
    return np.sqrt((root + c) / 2) * p, np.sqrt((root - c) / 2) * p
""",
            # the sides exchanged
            """
def learned_weights(a, b, s):
    p, m = a + b, b - a
    P, M = p @ p, m @ m
    g = np.sqrt((2 * s + np.sqrt(4 * s**2 + P * M)) / P)
    return (g * p + m / g) / 2, (g * p - m / g) / 2
""",
            # a factor of two in s, and so another product
            """
def learned_weights(a, b, s):
    p, m = a + b, a - b
    P, M = p @ p, m @ m
    g = np.sqrt((s + np.sqrt(s**2 + P * M)) / P)
    return (g * p + m / g) / 2, (g * p - m / g) / 2
""",
            # the difference forgotten
            """
def learned_weights(a, b, s):
    p, m = a + b, a - b
    g = np.sqrt((4 * s + m @ m) / (p @ p))
    return (g * p + m) / 2, (g * p - m) / 2
""",
            # one hidden unit only
            """
def learned_weights(a, b, s):
    c = a**2 - b**2
    root = np.sqrt(c**2 + 4 * s**2)
    sign = np.sign(a + b)
    return sign * np.sqrt((root + c) / 2), sign * np.sqrt((root - c) / 2)
""",
            # followed in time, for too short a time after a tiny start
            """
def learned_weights(a, b, s):
    times = np.array([0.0, 40.0 / s])
    path = flow.gradient_flow(a[:, None], b[None], np.full((1, 1), s), np.eye(1), times)
    return path.W21[-1, :, 0], path.W32[-1, 0]
""",
            # nothing done
            """
def learned_weights(a, b, s):
    return a, b
""",
        ],
    },
}
