import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pooch
import pytest

from lib.datasets import cache
from lib.datasets.cache import fetch, is_fetched

GOOD = bytes(range(256)) * 700  # several chunks
BAD = GOOD[:-1] + b"?"  # as long as it should be
NAME = "toys.gz"


@pytest.fixture
def toy(entry):
    """Entry of one file that several mirrors have."""
    return lambda *mirrors, data=GOOD: entry(*mirrors, **{NAME: data})


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def put(folder, data, name=NAME):
    place = folder / "toy" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def refusal(entry, **options):
    """The message with which a fetch is refused; always one line."""
    with pytest.raises(ValueError, match="could not be fetched") as caught:
        fetch(entry, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- where files are and where they come from ---


def test_the_cache_is_the_users_own_unless_another_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    monkeypatch.delenv("COMPANION_DATA", raising=False)
    own = cache.cache_folder()
    assert own.name == "deep-training-companion"
    monkeypatch.setenv("COMPANION_DATA", "")
    assert cache.cache_folder() == own
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path / "other"))
    assert cache.cache_folder() == tmp_path / "other"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COMPANION_DATA", "~/data")
    assert cache.cache_folder() == tmp_path / "data"


@pytest.mark.parametrize(
    ("named", "first"),
    [
        ("http://here.org/all", "http://here.org/all/toy/toys.gz"),
        ("https://here.org/all/", "https://here.org/all/toy/toys.gz"),
        ("file:///all", "file:///all/toy/toys.gz"),
        ("/all", "file:///all/toy/toys.gz"),
        ("~/all", "file:///home/reader/all/toy/toys.gz"),
    ],
)
def test_the_mirror_of_the_environment_is_asked_before_those_of_the_registry(
    toy, monkeypatch, named, first
):
    toys = toy("http://one.org/x/", "http://two.org/")
    plain = ["http://one.org/x/toys.gz", "http://two.org/toys.gz"]
    assert cache.sources(toys, toys.files[0]) == plain
    monkeypatch.setenv("HOME", "/home/reader")
    monkeypatch.setenv("COMPANION_MIRROR", named)
    assert cache.sources(toys, toys.files[0]) == [first, *plain]
    monkeypatch.setenv("COMPANION_MIRROR", "")
    assert cache.sources(toys, toys.files[0]) == plain


def test_files_are_fetched_only_for_the_part_and_in_the_order_of_the_registry(
    entry, server, cached
):
    toys = entry(f"{server.url}/", b=b"1", a=b"22", part="train")
    rest = entry(part="test", c=b"333").files + entry(part="both", d=b"4444").files
    toys = type(toys)(**{**vars(toys), "files": toys.files + rest})
    for name, data in {"a": b"22", "b": b"1", "c": b"333", "d": b"4444"}.items():
        server.gives(f"/{name}", data)
    assert not is_fetched(toys, "test")
    assert [path.name for path in fetch(toys, "test")] == ["c", "d"]
    assert server.asked == ["/c", "/d"]
    assert is_fetched(toys, "test")
    assert not is_fetched(toys, "train")
    assert not is_fetched(toys)
    assert fetch(toys) == [cached / "toy" / name for name in "bacd"]
    assert server.asked == ["/c", "/d", "/b", "/a"]
    assert is_fetched(toys)


def test_what_has_no_files_is_there_without_asking(entry, cached):
    assert is_fetched(entry())
    assert fetch(entry()) == []
    assert not cached.exists()


# --- a good file ---


@pytest.mark.parametrize("tells_length", [True, False])
def test_a_good_file_arrives(toy, server, cached, tells_length):
    server.gives("/toys.gz", GOOD, tells_length=tells_length)
    toys = toy(f"{server.url}/")
    assert not is_fetched(toys)
    (path,) = fetch(toys)
    assert path == cached / "toy" / "toys.gz"
    assert path.read_bytes() == GOOD
    assert files_in(cached) == [NAME]
    assert is_fetched(toys)


def test_a_good_file_in_the_cache_is_taken_without_a_request(toy, server, cached):
    server.gives("/toys.gz", GOOD)
    toys = toy(f"{server.url}/")
    place = put(cached, GOOD)
    before = place.stat()
    assert fetch(toys) == [place]
    assert server.asked == []
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert fetch(toy()) == [place]  # nor is a mirror needed


@pytest.mark.parametrize("broken", [b"", GOOD[:1000], BAD], ids=["empty", "short", "changed"])
def test_a_broken_file_in_the_cache_gives_way_to_a_good_one(toy, server, cached, broken):
    server.gives("/toys.gz", GOOD)
    toys = toy(f"{server.url}/")
    place = put(cached, broken)
    assert not is_fetched(toys)
    fetch(toys)
    assert place.read_bytes() == GOOD
    assert files_in(cached) == [NAME]
    assert server.asked == ["/toys.gz"]


def test_a_cache_that_is_whole_is_never_written_to(toy, cached, deaf):
    folder = put(cached, GOOD).parent
    for path in (folder, cached):
        path.chmod(0o555)
    # Root may write all the same, so look whether anything was.
    before = [path.stat().st_mtime_ns for path in (folder, cached)]
    try:
        assert fetch(toy(f"{deaf}/"))[0].read_bytes() == GOOD
        assert [path.stat().st_mtime_ns for path in (folder, cached)] == before
    finally:
        for path in (cached, folder):
            path.chmod(0o755)


def test_a_cache_that_cannot_be_made_is_told_in_a_line(toy, server, tmp_path, monkeypatch):
    server.gives("/toys.gz", GOOD)
    (tmp_path / "file").touch()
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path / "file" / "cache"))
    told = r"cache/toy cannot be made \(Not a directory\); COMPANION_DATA names another cache$"
    with pytest.raises(ValueError, match=told):
        fetch(toy(f"{server.url}/"))
    assert server.asked == []


# --- a broken source ---


def cut_short(server, path):
    server.gives(path, GOOD[:100_000], length=len(GOOD))


def cut_short_without_a_length(server, path):
    server.gives(path, GOOD[:100_000], tells_length=False)


def too_long(server, path):
    server.gives(path, GOOD + b"!")


def changed(server, path):
    server.gives(path, BAD)


def missing(server, path):
    server.answers.pop(path, None)


BROKEN = {
    cut_short: "the connection ended before the file did",
    cut_short_without_a_length: "100000 bytes in place of 179200: cut short or changed",
    too_long: "179201 bytes in place of 179200: cut short or changed",
    changed: "wrong checksum: the file there is not the published one",
    missing: "the server answered 404 Not Found",
}


@pytest.mark.parametrize("before", [None, BAD, b""], ids=["nothing", "bad", "empty"])
@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_download_is_refused_and_leaves_the_cache_as_it_was(
    toy, server, cached, fault, before
):
    fault(server, "/toys.gz")
    toys = toy(f"{server.url}/")
    if before is not None:
        put(cached, before)
    assert f"({server.url}/toys.gz: {BROKEN[fault]})" in refusal(toys)
    assert server.asked == ["/toys.gz"]
    assert files_in(cached) == ([] if before is None else [NAME])
    assert before is None or (cached / "toy" / NAME).read_bytes() == before
    assert not is_fetched(toys)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_mirror_is_followed_by_the_next(toy, server, cached, fault):
    fault(server, "/one/toys.gz")
    server.gives("/two/toys.gz", GOOD)
    server.gives("/three/toys.gz", GOOD)
    toys = toy(*(f"{server.url}/{name}/" for name in ("one", "two", "three")))
    assert fetch(toys)[0].read_bytes() == GOOD
    assert server.asked == ["/one/toys.gz", "/two/toys.gz"]
    assert files_in(cached) == [NAME]


def test_a_server_that_cannot_be_reached_is_followed_by_the_next(toy, server, cached, deaf):
    server.gives("/toys.gz", GOOD)
    assert fetch(toy(f"{deaf}/", f"{server.url}/"))[0].read_bytes() == GOOD


@pytest.mark.parametrize("sent", [None, GOOD[:5]], ids=["nothing", "a part"])
def test_a_server_that_falls_silent_is_given_up(toy, server, cached, monkeypatch, sent):
    monkeypatch.setattr(cache, "TIMEOUT", 0.2)
    over = threading.Event()

    def stall(handler):
        if sent:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(GOOD)))
            handler.end_headers()
            handler.wfile.write(sent)
            handler.wfile.flush()
        over.wait(10)

    server.answers["/toys.gz"] = stall
    try:
        assert f"{server.url}/toys.gz: no answer within 0 seconds" in refusal(toy(f"{server.url}/"))
    finally:
        over.set()
    assert files_in(cached) == []


def test_a_file_without_a_mirror_is_not_taken_for_fetched(toy, cached):
    assert "(it has no mirror); connect to the network" in refusal(toy())


def test_where_every_source_is_broken_one_line_tells_what_each_answered_and_what_to_do(
    toy, server, cached, deaf, tmp_path, monkeypatch
):
    monkeypatch.setenv("COMPANION_MIRROR", str(tmp_path / "mirror"))
    for number, fault in enumerate(BROKEN):
        fault(server, f"/{number}/toys.gz")
    toys = toy(*(f"{server.url}/{number}/" for number in range(len(BROKEN))), f"{deaf}/")
    answers = [
        f"{(tmp_path / 'mirror' / 'toy' / NAME).as_uri()}: no such file",
        *(f"{server.url}/{n}/toys.gz: {told}" for n, told in enumerate(BROKEN.values())),
        f"{deaf}/toys.gz: the server could not be reached",
    ]
    assert refusal(toys) == (
        f"dataset 'toy': toys.gz could not be fetched ({'; '.join(answers)}); connect to the "
        f"network, or put the file at {cached / 'toy' / NAME}, or set COMPANION_MIRROR to a "
        "folder or an address that has toy/toys.gz"
    )
    assert server.asked == [f"/{number}/toys.gz" for number in range(len(BROKEN))]
    # The advice is good: a file put where it says is taken.
    put(cached, GOOD)
    assert is_fetched(toys)
    assert fetch(toys)[0].read_bytes() == GOOD


# --- a mirror of one's own ---


@pytest.mark.parametrize("folder", ["mirror", "a mirror #1%20ä"])
@pytest.mark.parametrize("kind", ["folder", "relative", "address"])
def test_a_folder_is_a_mirror_that_is_asked_first(
    toy, server, cached, tmp_path, monkeypatch, kind, folder
):
    server.gives("/toys.gz", GOOD)
    place = put(tmp_path / folder, GOOD)
    monkeypatch.chdir(tmp_path)
    named = {
        "folder": str(tmp_path / folder),
        "relative": folder,
        "address": (tmp_path / folder).as_uri(),
    }[kind]
    monkeypatch.setenv("COMPANION_MIRROR", named)
    toys = toy(f"{server.url}/")
    (path,) = fetch(toys)
    assert path == cached / "toy" / NAME
    assert path.read_bytes() == GOOD
    assert server.asked == []
    assert place.read_bytes() == GOOD  # copied, not moved


@pytest.mark.parametrize(
    ("data", "told"),
    [(BAD, "wrong checksum"), (GOOD[:9], "9 bytes in place of 179200"), (None, "no such file")],
)
def test_the_files_of_a_folder_are_held_against_their_checksums_too(
    toy, server, cached, tmp_path, monkeypatch, data, told
):
    monkeypatch.setenv("COMPANION_MIRROR", str(tmp_path / "mirror"))
    if data is not None:
        put(tmp_path / "mirror", data)
    assert told in refusal(toy())
    assert files_in(cached) == []
    server.gives("/toys.gz", GOOD)
    assert fetch(toy(f"{server.url}/"))[0].read_bytes() == GOOD


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_address_is_a_mirror_that_is_asked_first(toy, server, cached, monkeypatch, slash):
    server.gives("/all/toy/toys.gz", GOOD)
    monkeypatch.setenv("COMPANION_MIRROR", f"{server.url}/all{slash}")
    assert fetch(toy(f"{server.url}/other/"))[0].read_bytes() == GOOD
    assert server.asked == ["/all/toy/toys.gz"]


# --- several at once, and what is shown ---


def test_two_processes_that_fetch_at_once_both_get_the_whole_file(toy, server, cached, root):
    both = threading.Barrier(2)  # neither gets a byte before the other has asked

    def slowly(handler):
        both.wait(30)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(GOOD)))
        handler.end_headers()
        for start in range(0, len(GOOD), 30_000):
            handler.wfile.write(GOOD[start : start + 30_000])
            handler.wfile.flush()
            both.wait(30)  # so that they write in turns

    server.answers["/toys.gz"] = slowly
    script = "import pickle, sys; from lib.datasets.cache import fetch; "
    script += "print(fetch(pickle.load(sys.stdin.buffer))[0])"
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "COMPANION_DATA": str(cached)},
            cwd=root,
        )
        for _ in range(2)
    ]
    for process in processes:
        process.stdin.write(pickle.dumps(toy(f"{server.url}/")))
        process.stdin.close()
        process.stdin = None
    ends = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    assert {Path(out.decode().strip()) for out, _ in ends} == {cached / "toy" / NAME}
    assert server.asked == ["/toys.gz"] * 2
    assert (cached / "toy" / NAME).read_bytes() == GOOD
    assert files_in(cached) == [NAME]


def test_a_bar_is_shown_exactly_where_it_is_wanted(toy, server, cached, capfd, caplog, monkeypatch):
    monkeypatch.setattr(pooch.get_logger(), "handlers", [caplog.handler])
    server.gives("/toys.gz", GOOD)
    toys = toy(f"{server.url}/")
    fetch(toys, progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"toys.gz from {server.url.removeprefix('http://')}\n")
    assert "100%" in err
    (cached / "toy" / NAME).unlink()
    fetch(toys)
    assert capfd.readouterr() == ("", "")
    fetch(toys, progress=True)  # nothing to download, nothing to show
    assert capfd.readouterr() == ("", "")
    assert len(server.asked) == 2
    assert caplog.records == []  # what pooch would say goes to the terminal too


def test_everybody_may_read_a_fetched_file_since_a_cache_may_be_shared(toy, server, cached):
    server.gives("/toys.gz", GOOD)
    (path,) = fetch(toy(f"{server.url}/"))
    assert path.stat().st_mode & 0o777 == 0o644
