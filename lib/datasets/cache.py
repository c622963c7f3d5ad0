"""Files of the registry, out of the cache or from a mirror, each held against its checksum."""

import os
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from requests.exceptions import ConnectionError as NotReached
from requests.exceptions import RequestException, Timeout

from lib.datasets.registry import Entry, RemoteFile

with warnings.catch_warnings():
    # A bar of progress may miss its widget: nothing that a page should tell its readers.
    warnings.filterwarnings("ignore", message="IProgress not found")
    import pooch
    from pooch.hashes import hash_matches

CACHE = "COMPANION_DATA"
MIRROR = "COMPANION_MIRROR"
TIMEOUT = 30.0  # seconds without a byte after which the next mirror is asked
CHUNK = 1 << 16


def cache_folder() -> Path:
    """Where files of the registry are kept.

    Returns
    -------
    Path
        What the environment variable ``COMPANION_DATA`` says, or else the user's own cache.
    """
    return Path(os.environ.get(CACHE) or pooch.os_cache("deep-training-companion")).expanduser()


def sources(entry: Entry, file: RemoteFile) -> list[str]:
    """Addresses from which a file may come.

    Parameters
    ----------
    entry : Entry
        The dataset.
    file : RemoteFile
        One of its files.

    Returns
    -------
    list of str
        First the mirror that the environment variable ``COMPANION_MIRROR`` names, a folder or an
        address with a folder for each dataset, then those of the registry.
    """
    named = os.environ.get(MIRROR)
    found = [f"{mirror}{file.name}" for mirror in entry.mirrors]
    if not named:
        return found
    if urlsplit(named).scheme in {"http", "https", "file"}:
        return [f"{named.rstrip('/')}/{entry.name}/{file.name}", *found]
    return [(Path(named).expanduser().resolve() / entry.name / file.name).as_uri(), *found]


def is_fetched(entry: Entry, part: str | None = None) -> bool:
    """Whether files are in the cache, whole and unchanged.

    Parameters
    ----------
    entry : Entry
        The dataset.
    part : {'train', 'test'} or None
        None stands for all.

    Returns
    -------
    bool
        True also for what has no files.
    """
    return all(_is_good(cache_folder() / entry.name / f.name, f) for f in entry.files_of(part))


def fetch(entry: Entry, part: str | None = None, *, progress: bool = False) -> list[Path]:
    """Bring files into the cache, unless they are there.

    A file is downloaded beside its place and moved there only when size and checksum are right, so
    that a broken download replaces nothing and several processes may fetch at once.

    Parameters
    ----------
    entry : Entry
        The dataset.
    part : {'train', 'test'} or None
        None stands for all.
    progress : bool
        Show a bar while downloading.

    Returns
    -------
    list of Path
        Of the files, in the order of the registry.

    Raises
    ------
    ValueError
        If no source gave a file whole and unchanged; it says what each answered and what to do.
    """
    return [_fetch_file(entry, file, progress=progress) for file in entry.files_of(part)]


def _fetch_file(entry: Entry, file: RemoteFile, *, progress: bool) -> Path:
    place = cache_folder() / entry.name / file.name
    if _is_good(place, file):
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"dataset {entry.name!r}: {place.parent} cannot be made ({error.strerror}); "
            f"{CACHE} names another cache"
        ) from error
    answers = []
    pooch.get_logger().setLevel("WARNING")  # the bar tells enough, and a page nothing of it
    for source in sources(entry, file):
        try:
            pooch.retrieve(
                source,
                known_hash=f"sha256:{file.sha256}",
                fname=file.name,
                path=place.parent,
                downloader=_Download(file, progress=progress),
            )
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            answers.append(f"{source}: {_reason(error)}")
        else:
            return place
    raise ValueError(
        f"dataset {entry.name!r}: {file.name} could not be fetched "
        f"({'; '.join(answers) or 'it has no mirror'}); connect to the network, or put the file at "
        f"{place}, or set {MIRROR} to a folder or an address that has {entry.name}/{file.name}"
    )


class _Download:
    """What pooch calls to get a file; tells a short one from a changed one."""

    def __init__(self, file: RemoteFile, *, progress: bool) -> None:
        self._file, self._progress = file, progress

    def __call__(self, url: str, output_file: str, pooch_instance: Any) -> None:
        if urlsplit(url).scheme == "file":
            shutil.copyfile(url2pathname(urlsplit(url).path), output_file)
        else:
            if self._progress:
                sys.stderr.write(f"{self._file.name} from {urlsplit(url).netloc}\n")
            download = pooch.HTTPDownloader(
                progressbar=self._progress, chunk_size=CHUNK, timeout=TIMEOUT
            )
            download(url, output_file, pooch_instance)
        Path(output_file).chmod(0o644)  # pooch lets only its owner read it; a cache may be shared
        size = Path(output_file).stat().st_size
        if size != self._file.bytes:
            raise ValueError(f"{size} bytes in place of {self._file.bytes}: cut short or changed")


def _is_good(path: Path, file: RemoteFile) -> bool:
    try:
        return path.is_file() and bool(hash_matches(str(path), f"sha256:{file.sha256}"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error


def _reason(error: Exception) -> str:
    """One line for a person."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code} {response.reason}"
    if isinstance(error, Timeout) or "Read timed out" in str(error):
        return f"no answer within {TIMEOUT:.0f} seconds"
    if "IncompleteRead" in str(error):
        return "the connection ended before the file did"
    if isinstance(error, NotReached):
        return "the server could not be reached"
    if isinstance(error, RequestException):
        return type(error).__name__
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    if "hash" in str(error).lower():
        return "wrong checksum: the file there is not the published one"
    return str(error)
