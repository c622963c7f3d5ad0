"""Barriers that other packages leave in a page are mended, and nothing else in it is touched."""

import pytest

from book.extensions import accessible


@pytest.mark.parametrize(
    ("left", "mended"),
    [
        ('<div role="doc-biblioentry">x</div>', '<div role="listitem">x</div>'),
        ('<summary aria-label="Toggle hidden content">code</summary>', "<summary>code</summary>"),
        ('<section id="exercise-content">x</section>', "<section>x</section>"),
        ('<section id="solution-content">x</section>', "<section>x</section>"),
        (
            '<section id="my-exercise-content">x</section>',
            '<section id="my-exercise-content">x</section>',
        ),
        ("<p>role=doc-biblioentry</p>", "<p>role=doc-biblioentry</p>"),
    ],
)
def test_barriers_are_mended(left: str, mended: str) -> None:
    assert accessible.mend(left) == mended


def test_pages_without_a_body_stay_as_they_are() -> None:
    context = {"title": "x"}
    accessible.mend_page(None, "page", "page.html", context, None)
    assert context == {"title": "x"}
    context = {"body": '<div role="doc-biblioentry"></div>'}
    accessible.mend_page(None, "page", "page.html", context, None)
    assert context == {"body": '<div role="listitem"></div>'}
