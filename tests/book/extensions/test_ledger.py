"""Tables and links of the ledger, built by Sphinx from a ledger written by hand."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

Build = Callable[..., tuple[str, str]]
INDEX = """# Pages

```{claims-summary}
```

```{claims-by-chapter}
```

```{errata-table}
```

See {claim}`first/six` and {claim}`the seven <first/seven>`.
"""


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.targets += [value or "" for name, value in attrs if name == "href"]


@pytest.fixture(scope="module")
def page(build_page: Build, tmp_path_factory: pytest.TempPathFactory) -> str:
    text, warnings = build_page(tmp_path_factory.mktemp("source"), INDEX, ["sphinx.ext.mathjax"])
    assert warnings == ""
    return text


def test_the_summary_counts_by_status(page: str) -> None:
    assert "2 claims: 1 reproduced, 1 failed (profile standard)." in page


def test_each_chapter_is_linked_with_how_its_claims_came_out(page: str) -> None:
    table = page[page.index("chapters-table") :]
    assert "2 claims: 1 reproduced, 1 failed" in table
    assert Links(table).targets[0] == "notebooks/tiny/first.html"


def test_every_link_to_a_claim_or_an_erratum_leads_to_its_card(page: str) -> None:
    cards = [target for target in Links(page).targets if "#claim-" in target]
    address = "notebooks/tiny/first.html#claim-first-"
    # The erratum and what shows it, and twice the role in the text.
    assert cards == [address + name for name in ("seven", "six", "six", "seven")]
    assert ">the seven</a>" in page


def test_what_an_erratum_says_and_what_is_right_hold_formulas(page: str) -> None:
    table = page[page.index("errata-table") :]
    assert re.search(r'Seven &lt; <span class="math[^>]*>\\\(2\^3\\\)</span>\.', table)
    assert re.search(r'<span class="math[^>]*>\\\(3!\\\)</span>, Gauss’s\.', table)


def test_a_link_to_a_claim_that_is_not_in_the_ledger_warns(
    build_page: Build, tmp_path: Path
) -> None:
    text, warnings = build_page(tmp_path, "# Page\n\nSee {claim}`first/gone`.\n", [])
    assert "no claim or erratum 'first/gone'" in warnings
    assert "#claim-first-gone" not in text
