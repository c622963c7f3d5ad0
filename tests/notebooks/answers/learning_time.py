"""Other right answers to the exercises of this chapter, and wrong ones that must fail."""

ANSWERS: dict[str, dict[str, list[str]]] = {
    "ex-lt-edge": {
        "right": [
            # by products without one factor
            """
def largest_rate(lengths):
    rest = [np.prod([b for k, b in enumerate(lengths) if k != l]) for l in range(len(lengths))]
    return 2 / sum(r**2 for r in rest)
""",
            # by the Hessian
            """
def largest_rate(lengths):
    g = np.prod(lengths) / np.array(lengths, dtype=float)
    return 2.0 / np.linalg.eigvalsh(np.outer(g, g)).max()
""",
            # by automatic differentiation
            """
def largest_rate(lengths):
    a = torch.tensor(np.asarray(lengths, dtype=float), requires_grad=True)
    (gradient,) = torch.autograd.grad(a.prod(), a)
    return float(2 / (gradient**2).sum())
""",
        ],
        "wrong": [
            # one over the curvature
            """
def largest_rate(lengths):
    a = np.asarray(lengths, dtype=float)
    return 1 / np.sum((np.prod(a) / a) ** 2)
""",
            # as if balanced
            """
def largest_rate(lengths):
    s, D = abs(np.prod(lengths)), len(lengths)
    return 2 / (D * s ** (2 - 2 / D))
""",
            # layers of units instead of matrices
            """
def largest_rate(lengths):
    a = np.asarray(lengths, dtype=float)
    D = a.size
    return 2 / np.sum((np.prod(a) / a) ** 2) * D / (D + 1)
""",
            # the formula of two matrices
            """
def largest_rate(lengths):
    return 2 / np.sum(np.square(lengths))
""",
            # without the square
            """
def largest_rate(lengths):
    a = np.asarray(lengths, dtype=float)
    return 2 / np.sum(np.abs(np.prod(a) / a))
""",
            # the largest entry of the diagonal
            """
def largest_rate(lengths):
    a = np.asarray(lengths, dtype=float)
    return 2 / np.max((np.prod(a) / a) ** 2) / a.size
""",
            # the strength and no lengths
            """
def largest_rate(lengths):
    return 1 / abs(np.prod(lengths))
""",
            # the example
            """
def largest_rate(lengths):
    return 1.0
""",
        ],
    },
    "ex-lt-count": {
        "right": [
            # by quadrature over the strength
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    D = layers - 1
    power = 2 - 2 / D
    T = quad(lambda u: 1 / (u**power * (s - u)), u0, u_f, epsabs=0, epsrel=1e-11)[0]
    return T * strongest**power / (2 * theta)
""",
            # by integrating the law in units of steps, with the time as the unknown
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    power = 2.0 if np.isinf(layers) else 2 - 2 / (layers - 1)

    def per_strength(u, n):
        return strongest**power / (2 * theta * u**power * (s - u))

    path = solve_ivp(per_strength, (u0, u_f), [0.0], "DOP853", rtol=1e-11, atol=1e-11)
    return path.y[0, -1]
""",
            # by the rate and the time, the limit by itself
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    if np.isinf(layers):
        return strongest**2 * depth.scaled_time(u_f, s, u0, np.inf) / (2 * theta)
    rate = theta * 2 / depth.sharpness(strongest, layers)
    return depth.learning_time(u_f, s, u0, layers, tau=1 / rate)
""",
        ],
        "wrong": [
            # curvature of the mode itself
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    return depth.scaled_time(u_f, s, u0, layers) * s ** (2 - 2 / (layers - 1)) / (2 * theta)
""",
            # layers of units taken for matrices
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    return depth.scaled_time(u_f, s, u0, layers) * strongest ** (2 - 2 / layers) / (2 * theta)
""",
            # a factor of two
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    curvature = strongest ** (2 - 2 / (layers - 1))
    return depth.scaled_time(u_f, s, u0, layers) * curvature / theta
""",
            # depth does not cancel
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    curvature = (layers - 1) * strongest ** (2 - 2 / (layers - 1))
    return depth.scaled_time(u_f, s, u0, layers) * curvature / (2 * theta)
""",
            # the law of very many layers for all
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    return depth.scaled_time(u_f, s, u0, np.inf) * strongest**2 / (2 * theta)
""",
            # the sigmoid for all
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    return depth.scaled_time(u_f, s, u0, 3) * strongest / (2 * theta)
""",
            # no limit
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    if np.isinf(layers):
        return np.inf
    rate = theta * 2 / depth.sharpness(strongest, layers)
    return depth.learning_time(u_f, s, u0, layers, tau=1 / rate)
""",
            # the time instead of the steps
            """
def count_steps(u_f, s, u0, layers, theta, strongest):
    return depth.scaled_time(u_f, s, u0, layers) / theta
""",
        ],
    },
    "ex-lt-lengths": {
        "right": [
            # the squares less the smallest, and bisection
            """
def final_lengths(lengths, s):
    q = np.asarray(lengths, dtype=float) ** 2
    y = q - q.min()  # the same differences, the smallest zero
    z = s ** (2 / q.size)  # the smallest square in the end is at most this
    low = 0.0
    for _ in range(200):
        middle = (low + z) / 2
        if np.sum(np.log(y + middle)) < 2 * np.log(s):
            low = middle
        else:
            z = middle
    return np.sqrt(y + z)
""",
            # Newton's method for the growth of the squares
            """
def final_lengths(lengths, s):
    q = np.array(lengths, dtype=float) ** 2
    x = 0.0
    for _ in range(500):
        step = (2 * np.log(s) - np.sum(np.log(q + x))) / np.sum(1 / (q + x))
        while np.any(q + x + step <= 0):
            step /= 2
        x += step
    return np.sqrt(q + x)
""",
            # the lengths as functions of the strength
            """
def final_lengths(lengths, s):
    a = np.array(lengths, dtype=float)

    def slope(y, a):  # y: logarithm of the strength
        return 1 / (a * np.sum(1 / a**2))

    start = np.sum(np.log(a))
    return solve_ivp(slope, (start, np.log(s)), a, "DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
""",
        ],
        "wrong": [
            # all longer by the same factor
            """
def final_lengths(lengths, s):
    a = np.asarray(lengths, dtype=float)
    return a * (s / np.prod(a)) ** (1 / a.size)
""",
            # balanced in the end
            """
def final_lengths(lengths, s):
    return np.full(len(lengths), s ** (1 / len(lengths)))
""",
            # the lengths instead of their squares grow by the same number
            """
def final_lengths(lengths, s):
    a = np.asarray(lengths, dtype=float)
    low = -a.min() * (1 - 1e-12)
    return a + brentq(lambda x: np.prod(a + x) - s, low, 10 + s)
""",
            # only growth
            """
def final_lengths(lengths, s):
    q = np.asarray(lengths, dtype=float) ** 2
    if np.prod(q) >= s**2:
        return np.sqrt(q)
    return np.sqrt(q + brentq(lambda x: np.prod(q + x) - s**2, 0.0, s ** (2 / q.size)))
""",
            # the product of the squares is s
            """
def final_lengths(lengths, s):
    q = np.asarray(lengths, dtype=float) ** 2
    low = -q.min() * (1 - 1e-12)
    return np.sqrt(q + brentq(lambda x: np.prod(q + x) - s, low, 10 + s))
""",
            # in ascending order
            """
def final_lengths(lengths, s):
    q = np.sort(np.asarray(lengths, dtype=float)) ** 2
    low = -q.min() * (1 - 1e-12)
    x = brentq(lambda x: np.prod(q + x) - s**2, low, 10 + s**2)
    return np.sqrt(q + x)
""",
            # two matrices only
            """
def final_lengths(lengths, s):
    c = lengths[0] ** 2 - lengths[-1] ** 2
    root = np.sqrt(c**2 + 4 * s**2)
    end = np.array(lengths, dtype=float)
    end[0], end[-1] = np.sqrt((root + c) / 2), np.sqrt((root - c) / 2)
    return end
""",
            # only the shortest changed
            """
def final_lengths(lengths, s):
    a = np.array(lengths, dtype=float)
    k = np.argmin(a)
    a[k] *= s / np.prod(a)
    return a
""",
            # nothing done
            """
def final_lengths(lengths, s):
    return lengths
""",
        ],
    },
}
