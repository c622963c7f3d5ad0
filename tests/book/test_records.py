"""A record tells when, how long and with what a run was made."""

import datetime
import hashlib
import json

import numpy as np
import pytest
import torch

from book import records
from book.chapters import read_chapters
from book.project import Project
from book.records import machine, versions, write_record
from book.runs import Run, plan_runs

STARTED = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


def test_a_record_holds_the_checksums_of_the_data_that_was_read(copied: Project) -> None:
    archive = copied.root / "own.npz"
    np.savez(archive, images=np.zeros((4, 2, 2)), labels=np.arange(4) % 2)
    (planned, *_) = plan_runs(copied, list(read_chapters(copied).values()), "standard")
    run = Run(copied, planned.chapter, "standard", {"dataset": str(archive)})
    run.notebook.parent.mkdir(parents=True, exist_ok=True)
    run.notebook.write_text("{}")
    write_record(run, STARTED, 1.234, "")
    record = run.record()
    assert record is not None
    assert record["data"] == {"own.npz": hashlib.sha256(archive.read_bytes()).hexdigest()}
    assert (record["started"], record["seconds"]) == ("2026-01-02T03:04:05+00:00", 1.23)


def test_a_chapter_without_images_names_none(copied: Project) -> None:
    runs = plan_runs(copied, list(read_chapters(copied).values()), "standard")
    run = next(run for run in runs if "dataset" not in run.parameters)
    run.notebook.parent.mkdir(parents=True, exist_ok=True)
    run.notebook.write_text("{}")
    write_record(run, STARTED, 0.0, "")
    assert json.loads(run.record_file.read_text(encoding="utf-8"))["data"] == {}


def test_a_package_that_is_not_there_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "TOLD_VERSIONS", ("numpy", "nobody-has-this"))
    assert versions() == {"numpy": np.__version__}


@pytest.mark.parametrize(
    ("build", "found", "told"),
    [
        ("2.13.0+cpu", True, False),
        ("2.13.0+cu130", False, False),
        ("2.13.0+cu130", True, True),
        ("2.13.0", True, True),
    ],
)
def test_a_gpu_that_chapters_find_is_named(
    monkeypatch: pytest.MonkeyPatch, build: str, found: bool, told: bool
) -> None:
    monkeypatch.setattr(records, "version", lambda name: build)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: found)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "NVIDIA H200")
    records._gpu.cache_clear()
    try:
        assert machine().endswith(", NVIDIA H200") is told
    finally:
        records._gpu.cache_clear()
