import subprocess
import sys
from functools import partial
from operator import truediv

import numpy as np
import pytest

from benchmarks.memory import in_new_process, peak_memory, watched


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_peak_of_a_call_is_what_it_takes() -> None:
    assert peak_memory(partial(partial, np.ones, 8 << 20)) == pytest.approx(64, abs=2)
    assert peak_memory(partial(partial, np.ones, 8)) < 2


def test_what_is_raised_in_another_process_is_raised_here() -> None:
    assert in_new_process(truediv, 1, 2) == 0.5
    with pytest.raises(ZeroDivisionError):
        in_new_process(truediv, 1, 0)


def test_processes_are_watched_with_those_that_they_start() -> None:
    hold = "import time; held = b'x' * (100 << 20); time.sleep(1)"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"
    found, peak = watched(partial(subprocess.call, [sys.executable, "-c", start]))
    assert found == 0
    assert 100 < peak < 200
