"""What the tests of sweeps measure: functions that workers, which know no tests, can import."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import torch


def product(seed: int, factor: float, **others: object) -> dict[str, object]:
    return {"product": seed * factor, "others": len(others)}


def rounding(seed: int, size: int) -> dict[str, object]:
    """Sums whose last digits depend on the number of threads."""
    x = np.random.default_rng(seed).standard_normal(size).astype(np.float32)
    t = torch.from_numpy(x)
    y = x[: size // 1000 * 1000].reshape(1000, -1)
    return {
        "sum": float(torch.sum(t * t)),
        "dot": float(torch.dot(t, t)),
        "product": float((y @ y.T).sum()),
        "threads": torch.get_num_threads(),
    }


def noted(seed: int, folder: str, width: int, **_: object) -> dict[str, object]:
    """Leave a file at the beginning and another at the end."""
    stamp = f"{width}-{seed}-{time.time_ns()}-{os.getpid()}"
    (Path(folder) / f"begun-{stamp}").touch()
    x = torch.from_numpy(np.random.default_rng([seed, width]).standard_normal((width, width)))
    value = float(torch.linalg.matrix_norm(torch.tanh(x @ x.T), 2))
    (Path(folder) / f"ended-{stamp}").touch()
    return {"norm": value}


def fragile(seed: int, folder: str, width: int, fails: int) -> dict[str, object]:
    """As `noted`, but the process is killed in the middle of the first call with a certain seed."""
    if seed == fails and not (Path(folder) / "killed").exists():
        (Path(folder) / "killed").touch()
        (Path(folder) / f"begun-{width}-{seed}-{time.time_ns()}-{os.getpid()}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return noted(seed, folder, width)


def deadly(seed: int, width: int) -> dict[str, object]:
    if seed == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"width": 2 * width} if seed == 2 else {"double": 2 * width}


def moody(seed: int, folder: str) -> dict[str, object]:
    """Fail for odd seeds until the folder says otherwise."""
    if seed % 2 and not (Path(folder) / "well").exists():
        raise ValueError(f"seed {seed}\nis odd")
    return noted(seed, folder, 2)


def interrupted(seed: int, folder: str) -> dict[str, object]:
    if seed == 2 and not (Path(folder) / "well").exists():
        raise KeyboardInterrupt
    return noted(seed, folder, 2)


def slow(seed: int, folder: str) -> dict[str, object]:
    """The later in the list, the sooner it is done."""
    noted(seed, folder, 1)
    time.sleep(0.05 * (5 - seed))
    return {"process": os.getpid()}


def pausing(seed: int, pause: float) -> dict[str, object]:
    time.sleep(pause)
    return {"double": 2 * seed}


def changes_its_list(seed: int, widths: list[int]) -> dict[str, object]:
    widths.append(seed)
    return {"count": len(widths)}


def gives(seed: int, what: str) -> object:
    """Return what a measure should not."""
    return {
        "number": 3.0,
        "reserved": {"seconds": 1},
        "configured": {"what": 1},
        "object": {"x": object()},
        "extremes": {
            "inf": np.inf,
            "nan": np.nan,
            "tiny": 5e-324,
            "list": np.arange(2),
            "no": None,
        },
    }[what]
