"""Sweeps: one function, measured for many configurations and seeds on one machine or on many.

`grid` makes configurations; `sweep` measures them in this process, in several or on a Dask cluster,
and keeps what is done in a file; a `Table` comes out.
"""

from lib.sweep.configurations import grid
from lib.sweep.running import SCHEDULER, sweep
from lib.sweep.table import Table

__all__ = ["SCHEDULER", "Table", "grid", "sweep"]
