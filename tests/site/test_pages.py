"""Every page, as a browser without a network shows it."""

from urllib.parse import urlsplit

import pytest

MEGABYTE = 1_000_000


def test_a_page_asks_no_other_host(visit, address: str) -> None:
    assert len(visit.requests) > 0
    other = [url for url in visit.requests.values() if not url.startswith((address, "data:"))]
    assert other == []


def test_everything_that_a_page_loads_is_there(visit) -> None:
    failed = {url: status for url, status in visit.statuses.items() if status >= 400}
    assert failed == {}
    assert visit.facts["broken"] == []


def test_a_page_logs_no_error(visit) -> None:
    assert not visit.errors, "\n".join(visit.errors)


def test_mathematics_is_set(visit) -> None:
    assert visit.facts["raw"] == []
    assert visit.facts["wrong"] == []
    assert visit.facts["empty"] == 0
    assert visit.facts["formulas"] >= visit.facts["places"]


def test_every_picture_has_a_text(visit) -> None:
    assert visit.facts["unnamed"] == []
    assert visit.facts["speechless"] == []


def test_no_anchor_is_there_twice(visit) -> None:
    assert sorted(visit.facts["twice"]) == []


def test_a_page_does_not_scroll_sideways_on_a_phone(visit) -> None:
    assert visit.facts["window"] == 390
    assert visit.facts["width"] <= 390, visit.facts["beyond"]


def test_a_page_weighs_less_than_three_megabytes(visit) -> None:
    parts = sorted(((n, urlsplit(url).path) for url, n in visit.weights.items()), reverse=True)
    assert sum(visit.weights.values()) < 3 * MEGABYTE, parts[:12]


@pytest.mark.parametrize("question", ["structure", "light", "dark"])
def test_axe_finds_no_barrier(visit, question: str) -> None:
    found = visit.violations[question]
    assert not found, "\n".join(found)


def test_no_cell_of_a_table_leaves_a_phone(visit) -> None:
    assert visit.facts["cells"] == []
