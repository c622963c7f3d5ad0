"""Lists of references are labelled as the text cites: by authors and year."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pybtex.database import parse_string

from book.extensions.bibliography import AuthorYearLabels, label

Build = Callable[..., tuple[str, str]]


def entry(fields: str) -> object:
    return parse_string(f"@misc{{key, {fields}}}", "bibtex").entries["key"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("author={Saxe, Andrew}, year={2014}", "Saxe, 2014"),
        ("author={Saxe, A. and Ganguli, S.}, year={2014}", "Saxe and Ganguli, 2014"),
        ("author={Saxe, A. and Ganguli, S. and Li, X.}, year={2014}", "Saxe et al., 2014"),
        ("author={van der Maaten, L.}, year={2008}", "van der Maaten, 2008"),
        ("author={{The {Group}}}, year={1999}", "The Group, 1999"),
        ("editor={Orr, G.}, year={1998}", "Orr, 1998"),
        ("title={{Numerical Methods}}, year={2018}", "Numerical Methods, 2018"),
        ("author={{liyanc}}", "liyanc, n.d."),
    ],
)
def test_an_entry_is_named_by_authors_and_year(fields: str, told: str) -> None:
    assert label(entry(fields)) == told


def test_equal_names_are_told_apart_by_letters() -> None:
    text = "".join(
        f"@misc{{k{n}, author={{{author}, A.}}, year={{2000}}, title={{T{n}}}}}\n"
        for n, author in enumerate(("Lu", "Ma", "Lu"))
    )
    entries = list(parse_string(text, "bibtex").entries.values())
    style = AuthorYearLabels()
    assert list(style.format_labels(entries)) == ["Lu, 2000a", "Ma, 2000", "Lu, 2000b"]


def test_a_page_cites_and_lists_alike(build_page: Build, tmp_path: Path) -> None:
    bib = "@misc{one, author={Ada, A. and Bo, B. and Cy, C.}, year={2001}, title={On one}}\n"
    page, warnings = build_page(
        tmp_path,
        "# Home\n\nSee {cite}`one`.\n\n```{bibliography}\n```\n",
        ["sphinxcontrib.bibtex", "book.extensions.bibliography"],
        {"references.bib": bib},
        "bibtex_bibfiles = ['references.bib']\nbibtex_default_style = 'authoryear'\n"
        "bibtex_reference_style = 'author_year'\n",
    )
    assert warnings == ""
    assert "Ada <em>et al.</em>, 2001" in page
    assert "Ada et al., 2001" in page
    assert "[ABC01]" not in page
