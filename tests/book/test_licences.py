"""Every pinned package stands under a licence that goes along with the book's."""

import re
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest

from book import licences
from book.licences import (
    CARRIED,
    FILE,
    NAMES,
    allowed,
    complaints,
    licence,
    licence_text,
    main,
    pinned,
    text,
)
from book.project import BookError, Project


@pytest.fixture
def listed(root: Path) -> dict[str, str]:
    """Package and licence, as the table in `docs` has them."""
    rows = re.findall(r"^\| (\S+) \| (.+?)(?: \(.*\))? \|$", (root / FILE).read_text(), re.M)
    return {name: told for name, told in rows if name != "package"}


def test_the_table_lists_every_pin(root: Path, listed: dict[str, str]) -> None:
    assert list(listed) == pinned(Project(root)), "call: make licences"


def test_every_pinned_package_goes_along_with_the_book(listed: dict[str, str]) -> None:
    assert complaints(listed) == []


@pytest.mark.pins
def test_the_table_says_what_the_packages_tell(root: Path, listed: dict[str, str]) -> None:
    found = {}
    for name in listed:
        try:
            found[name] = licence(name)
        except BookError:
            continue  # not for this system, or an extra that is not installed
    assert len(found) > 100
    assert found.items() <= listed.items(), "call: make licences"
    assert text(listed) == (root / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ("MIT", True),
        ("Apache-2.0 WITH LLVM-exception AND BSD-3-Clause", True),
        ("GPL-2.0-only OR MIT", True),
        ("MIT AND GPL-2.0-only", False),
        ("AGPL-3.0", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_all_of_what_must_be_kept_is_allowed(expression: str, right: bool) -> None:
    assert allowed(expression) is right


def test_other_names_lead_to_allowed_licences() -> None:
    assert [name for name, known in NAMES.items() if not allowed(known)] == []


def test_a_program_is_excused_for_its_own_licence_alone() -> None:
    assert complaints({"codespell": "GPL-2.0-only"}) == []
    (line,) = complaints({"codespell": "AGPL-3.0", "numpy": "BSD-3-Clause"})
    assert line.startswith("codespell: AGPL-3.0 is not among")
    assert len(complaints({"numpy": "GPL-2.0-only"})) == 1


class Told(SimpleNamespace):
    """Metadata of a package."""

    def __getitem__(self, name: str) -> str | None:
        return vars(self).get(name.replace("-", "_"))

    def get_all(self, name: str) -> list[str] | None:
        return vars(self).get(name)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"License_Expression": "MIT AND ISC", "License": "BSD"}, "MIT AND ISC"),
        ({"License": "Apache 2.0", "Classifier": ["License :: A :: BSD License"]}, "Apache-2.0"),
        ({"License": "Copyright 2020\nMIT", "Classifier": ["License :: A :: BSD License"]}, "BSD"),
        ({"Classifier": ["License :: MIT License", "License :: X :: GPL", "Topic"]}, "MIT AND GPL"),
    ],
)
def test_a_licence_is_read_where_a_package_tells_it(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, object], found: str
) -> None:
    monkeypatch.setattr(licences, "metadata", lambda name: Told(**told))
    assert licence("some") == found


def test_a_package_that_tells_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "metadata", lambda name: Told())
    with pytest.raises(BookError, match="some tells no licence"):
        licence("some")


def test_a_package_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def metadata(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(licences, "metadata", metadata)
    monkeypatch.setattr(licences, "find_project", lambda: Project(tmp_path))
    (tmp_path / "constraints.txt").write_text("# pins\nsome==1\n")
    with pytest.raises(SystemExit, match="licences: some is pinned but not installed"):
        main()
    assert not (tmp_path / FILE).exists()


def test_the_table_is_written_and_what_is_wrong_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licences, "licence", {"good": "MIT", "bad": "AGPL-3.0"}.__getitem__)
    monkeypatch.setattr(licences, "find_project", lambda: Project(tmp_path))
    (tmp_path / "constraints.txt").write_text("good==1\nbad==2\n")
    (tmp_path / "docs").mkdir()
    with pytest.raises(SystemExit, match=r"^bad: AGPL-3\.0 is not among"):
        main()
    assert (tmp_path / FILE).read_text().endswith("| good | MIT |\n| bad | AGPL-3.0 |\n")


@pytest.mark.parametrize("package", CARRIED)
def test_what_the_site_carries_has_its_licence_with_it(package: str, root: Path) -> None:
    told = licence_text(package)
    assert "copyright" in told.lower()
    assert "WITHOUT WARRANTY" in told.upper() or "AS IS" in told
    assert f"../notices/{package}.txt" in (root / "book/pages/licences.md").read_text()


def test_a_package_without_a_licence_is_named() -> None:
    with pytest.raises(BookError, match="sphinx-mathjax-offline came without its licence"):
        licence_text("sphinx-mathjax-offline")
    with pytest.raises(BookError, match="no-such-package is not installed"):
        licence_text("no-such-package")
