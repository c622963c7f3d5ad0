"""The syllabus lists goals with the exercises that test them, each a link."""

import json
import re
from collections.abc import Callable
from pathlib import Path

Build = Callable[..., tuple[str, str]]
FIRST = {
    "name": "first",
    "part": "tiny",
    "title": "First",
    "minutes": 12,
    "points": 5,
    "after": [],
    "needs": ["numbers", "a <pen>"],
    "goals": [
        {
            "goal": "add & subtract",
            "exercises": [
                {"label": "ex-six", "title": "Six", "caption": "Easy, 2 points, marked by hand."}
            ],
        }
    ],
}


def test_a_chapter_has_a_section_with_needs_goals_and_exercises(
    build_page: Build, tmp_path: Path
) -> None:
    second = {**FIRST, "title": "Again", "name": "again", "after": ["first"]}
    files = {
        "syllabus.json": json.dumps([FIRST, second]),
        "notebooks/tiny/again.md": "---\norphan: true\n---\n# Again\n",
    }
    page, warnings = build_page(
        tmp_path, "# Home\n\n## Plan\n\n```{syllabus}\n```\n", ["book.extensions.syllabus"], files
    )
    assert warnings == ""
    first, again = re.split(r'<section id="syllabus-again"', page)
    assert '<section id="syllabus-first"' in first
    assert ": 12 minutes of reading; 5 points." in first
    assert "Needs: numbers; a &lt;pen&gt;." in first
    assert "add &amp; subtract" in first
    assert 'href="notebooks/tiny/first.html#ex-six">Six</a>' in first
    assert "(easy, 2 points, marked by hand)" in first
    assert re.search(r'Needs: the chapter <a[^>]*href="notebooks/tiny/first.html"', again)
