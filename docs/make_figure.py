"""Make the figure of the README, ``docs/modes.svg``: modes learned one after the other."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

from lib import plotting
from lib.linear import learning, tasks


def main() -> None:
    """Draw and save, on white, since the page that shows it may be dark."""
    mpl.use("Agg")
    plotting.use_style()
    times = np.linspace(0.0, 12.0, 300)
    task = tasks.random_task([4.0, 2.0, 1.0], (5, 6), seed=0)
    learned = learning.learn_from_small_weights(task, 16, 1e-3, range(5), times)
    losses = 0.5 * np.sum((task - learned.product) ** 2, axis=(-1, -2))
    figure, (left, right) = plotting.figure(columns=2, height=2.8)
    plotting.curves(left, times, learned.strengths, ["s = 4", "s = 2", "s = 1"])
    for network in range(5):
        left.plot(times, learned.predicted[:, network], **plotting.THEORY)
    right.plot(times, losses, color=plotting.PALETTE["blue"], linewidth=0.9)
    for missing in (10.5, 2.5, 0.5):
        right.axhline(missing, **plotting.THEORY)
    left.set(xlabel="time t/τ", ylabel="strength of each mode", title="simulated, and the sigmoids")
    right.set(xlabel="time t/τ", ylabel="loss", title="plateaus at the saddle points")
    left.legend(loc="center right")
    target = Path(__file__).with_name("modes.svg")
    figure.savefig(target, metadata={"Date": None}, facecolor="white")


if __name__ == "__main__":
    main()
