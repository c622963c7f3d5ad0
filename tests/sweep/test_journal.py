"""The file of a sweep: what it holds, and what becomes of files that are not as they should be."""

import json
import math
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sweep.configurations import key
from lib.sweep.journal import opened
from lib.sweep.table import Row

CODE = ("m:f", "abc")
numbers = st.floats() | st.integers() | st.text() | st.none() | st.lists(st.floats(), max_size=2)
measures = st.dictionaries(st.text(), numbers, max_size=3)


def row(seed, error=None, **measured):
    return Row({"x": 0.1}, seed, measured, 0.5, error)


def name(seed):
    return key({"x": 0.1}, seed)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "rows.jsonl"


@pytest.fixture
def written(path):
    """A file with the rows of seeds 0 and 1."""
    with opened(path, *CODE) as journal:
        journal.add(row(0, loss=1.0))
        journal.add(row(1, loss=2.0))
    return path


@given(measures, st.floats(min_value=0))
def test_rows_come_back_exactly(tmp_path_factory, found, seconds):
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    added = Row({"x": [0.1, -0.0]}, 2**80, found, seconds, None)
    with opened(path, *CODE) as journal:
        journal.add(added)
    with opened(path, *CODE) as journal:
        (back,) = journal.rows.values()
    assert repr(back) == repr(added)


def test_a_row_is_on_the_disk_as_soon_as_it_is_added(path, monkeypatch):
    synced, real = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda at: synced.append(os.fstat(at).st_size) or real(at))
    with opened(path, *CODE) as journal:
        journal.add(row(0, loss=math.inf))
        header, line = path.read_text().splitlines()
        assert synced[-1] == path.stat().st_size
    assert json.loads(header) == {"function": "m:f", "code": "abc"}
    assert json.loads(line)["measures"] == {"loss": math.inf}


@pytest.mark.parametrize("cut", [1, 5, 60])
def test_a_line_without_an_end_is_dropped_and_those_before_it_stay(written, cut):
    whole = written.read_bytes()
    written.write_bytes(whole[:-cut])
    with opened(written, *CODE) as journal:
        assert list(journal.rows) == [name(0)]
        journal.add(row(1, loss=2.0))
    assert written.read_bytes() == whole


def test_a_header_without_an_end_is_begun_anew(written):
    whole = written.read_bytes()
    written.write_bytes(whole[:10])
    with opened(written, *CODE) as journal:
        assert journal.rows == {}
    assert written.read_bytes() == whole.splitlines(keepends=True)[0]


def test_the_last_row_counts_and_failed_ones_are_not_done(written):
    with opened(written, *CODE) as journal:
        journal.add(row(2, "ValueError: no"))
        journal.add(row(3, "ValueError: no"))
        journal.add(row(3, loss=4.0))
    with opened(written, *CODE) as journal:
        assert [journal.is_done(name(seed)) for seed in range(5)] == [1, 1, 0, 1, 0]
        assert journal.rows[name(3)] == row(3, loss=4.0)
    assert len(written.read_text().splitlines()) == 6


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (("m:f", "abe"), "measured by an earlier version of m:f, not by m:f as it is now; give"),
        (("m:g", "abc"), "measured by m:f, not by m:g as it is now; give another path"),
    ],
)
def test_rows_of_other_code_are_refused_and_kept(written, code, message):
    whole = written.read_bytes() + b'{"half'
    written.write_bytes(whole)
    with (
        pytest.raises(ValueError, match=rf"rows\.jsonl: its rows were {message}"),
        opened(written, *code),
    ):
        pass
    assert written.read_bytes() == whole


@pytest.mark.parametrize("text", ["notes", "notes\n", "[]\n", '{"function": "m:f"}\n', "\n"])
def test_a_file_of_something_else_is_refused_and_kept(path, text):
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ValueError, match="is not the file of a sweep"), opened(path, *CODE):
        pass
    assert path.read_text() == text


@pytest.mark.parametrize("line", ["", "{}", "nothing", '{"seed": 1}'])
def test_a_broken_line_in_the_middle_is_named(written, line):
    lines = written.read_text().splitlines(keepends=True)
    whole = lines[0] + lines[1] + line + "\n" + lines[2]
    written.write_text(whole)
    with pytest.raises(ValueError, match=r"rows\.jsonl, line 3: not a row"), opened(written, *CODE):
        pass
    assert written.read_text() == whole


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is a folder"), opened(tmp_path, *CODE):
        pass


def test_a_second_sweep_is_told_that_the_file_is_in_use(written):
    whole = written.read_bytes()
    other = written.parent / "link.jsonl"  # another name of the same file
    other.symlink_to(written)
    with (
        opened(written, *CODE),
        pytest.raises(ValueError, match=r"rows\.jsonl: another sweep is writing to it"),
        opened(other, *CODE),
    ):
        pass
    assert written.read_bytes() == whole
    with opened(written, *CODE) as journal:  # free again
        assert len(journal.rows) == 2


def test_the_lock_is_released_after_an_error(written):
    with pytest.raises(KeyboardInterrupt), opened(written, *CODE):
        raise KeyboardInterrupt
    with opened(written, *CODE) as journal:
        assert len(journal.rows) == 2
