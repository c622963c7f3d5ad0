"""Images and labels to learn from, with where they come from and what was done to them.

`load` takes a name of the registry (``data/registry.toml``), whose files come from a cache or a
mirror and are held against their checksums, or the path of the user's own pictures. Nothing that
could run when it is opened, such as a pickle, is ever opened.
"""

from lib.datasets.cache import CACHE, MIRROR, cache_folder, fetch, is_fetched
from lib.datasets.checksums import checksums
from lib.datasets.images import Dataset
from lib.datasets.loading import find, load
from lib.datasets.registry import Entry, entries, names

__all__ = [
    "CACHE",
    "MIRROR",
    "Dataset",
    "Entry",
    "cache_folder",
    "checksums",
    "entries",
    "fetch",
    "find",
    "is_fetched",
    "load",
    "names",
]
