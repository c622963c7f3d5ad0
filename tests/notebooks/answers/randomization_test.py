"""Right and wrong answers to the exercises of the chapter on the randomization test."""

FALSE = """
def named_falsely(n, p, K):
    q = p * (K - 1) / K
    mean = n * q
    return mean, (mean * (1 - q)) ** 0.5
"""

WORST = """
def steepest(n, theta):
    ratio = (1 - theta) / theta
    return sum(ratio**k for k in range(n)) / theta
"""

DRAWS = """
def mean_difficulty(H):
    n = len(H)
    P = np.eye(n) - np.ones((n, n)) / n
    return np.trace(P @ np.linalg.inv(H) @ P) / (n - 1)
"""


def changed(source: str, *changes: tuple[str, str]) -> str:
    """Replace parts of an answer, each of which must be there."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source


ANSWERS = {
    "ex-rt-false": {
        "right": [
            FALSE,
            # The distribution itself.
            """
from scipy import stats

def named_falsely(n, p, K):
    false = stats.binom(n, p - p / K)
    return false.mean(), false.std()
""",
        ],
        "wrong": [
            changed(FALSE, ("p * (K - 1) / K", "p")),
            changed(FALSE, ("p * (K - 1) / K", "p / K")),
            changed(FALSE, ("p * (K - 1) / K", "p / 2")),
            changed(FALSE, (") ** 0.5", ")")),
            changed(FALSE, ("mean * (1 - q)", "mean")),
            changed(FALSE, ("mean * (1 - q)", "n * p * (1 - p) * (K - 1) / K")),
            changed(FALSE, ("mean * (1 - q)", "n * p * (1 - p / K) / 2")),
            changed(FALSE, ("mean = n * q", "mean = n * (1 - q)")),
            "def named_falsely(n, p, K):\n    return (50, 5) if p else (0, 0)\n",
        ],
    },
    "ex-rt-worst": {
        "right": [
            WORST,
            # The network for labels that alternate, solved.
            """
def steepest(n, theta):
    x = np.arange(1.0, n + 1)
    A = np.maximum(x[:, None] - x + theta, 0)
    return abs(np.linalg.solve(A, np.arange(1, n + 1) % 2).sum())
""",
            # In closed form.
            """
def steepest(n, theta):
    if theta == 0.5:
        return 2.0 * n
    return (1 - ((1 - theta) / theta) ** n) / (2 * theta - 1)
""",
            # The last row of the inverse, label by label.
            """
def steepest(n, theta):
    x = np.arange(1.0, n + 1)
    slopes = np.linalg.inv(np.maximum(x[:, None] - x + theta, 0)).sum(axis=0)
    return max(slopes[slopes > 0].sum(), -slopes[slopes < 0].sum())
""",
        ],
        "wrong": [
            changed(WORST, ("range(n)) / theta", "range(n))")),
            changed(WORST, ("range(n)", "range(n - 1)")),
            changed(WORST, ("range(n)", "range(n + 1)")),
            changed(WORST, ("(1 - theta) / theta", "theta / (1 - theta) if theta < 1 else 0")),
            changed(WORST, ("(1 - theta) / theta", "-(1 - theta) / theta")),
            changed(WORST, ("sum(ratio**k for k in range(n))", "ratio ** (n - 1)")),
            "def steepest(n, theta):\n    return 1 / (2 * theta - 1)\n",
            "def steepest(n, theta):\n    return 1 / (2 * theta - 1) if theta > 0.5 else 2 * n\n",
            "def steepest(n, theta):\n"
            "    return (1 - ((1 - theta) / theta) ** n) / (2 * theta - 1)\n",
            "def steepest(n, theta):\n    return 1.0 if theta == 1 else 4.0\n",
            "def steepest(n, theta):\n    return n / theta if theta < 1 else 1.0\n",
        ],
    },
    "ex-rt-draws": {
        "right": [
            DRAWS,
            # A basis of the vectors that add up to zero.
            """
from scipy.linalg import null_space

def mean_difficulty(H):
    basis = null_space(np.ones((1, len(H))))
    return np.mean(np.diag(basis.T @ np.linalg.solve(H, basis)))
""",
            # A class of a single image, at each place in turn.
            """
def mean_difficulty(H):
    columns = np.eye(len(H)) - 1 / len(H)
    return np.mean([y @ np.linalg.solve(H, y) / (y @ y) for y in columns])
""",
            # By the spectrum.
            """
def mean_difficulty(H):
    values, vectors = np.linalg.eigh(H)
    parts = 1 - vectors.sum(axis=0) ** 2 / len(H)
    return np.sum(parts / values) / parts.sum()
""",
        ],
        "wrong": [
            "def mean_difficulty(H):\n    return np.trace(np.linalg.inv(H)) / len(H)\n",
            "def mean_difficulty(H):\n    return np.trace(np.linalg.inv(H)) / (len(H) - 1)\n",
            changed(DRAWS, ("(n - 1)", "n")),
            changed(DRAWS, ("P @ np.linalg.inv(H) @ P", "np.linalg.pinv(P @ H @ P)")),
            changed(DRAWS, ("P @ np.linalg.inv(H) @ P", "P @ H @ P")),
            changed(DRAWS, ("np.ones((n, n)) / n", "np.ones((n, n))")),
            "def mean_difficulty(H):\n    return len(H) / np.trace(H)\n",
            "def mean_difficulty(H):\n    return np.mean(np.linalg.inv(H))\n",
            "def mean_difficulty(H):\n    return 0.5\n",
        ],
    },
}
