"""A part is shown by its words, its chapters' state and a figure out of one of them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Build = Callable[..., tuple[str, str]]
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
CHAPTER = """# First

```{figure} six.svg
:name: fig-six
:alt: A circle and "more"

A caption.
```

(not-a-figure)=
## Section
"""
EXTENSIONS = ["book.extensions.landing"]


def page(build_page: Build, folder: Path, directive: str) -> tuple[str, str]:
    files = {"notebooks/tiny/first.md": CHAPTER, "notebooks/tiny/six.svg": PICTURE}
    return build_page(folder, f"# Home\n\n{directive}\n", EXTENSIONS, files)


def test_a_part_has_words_state_and_a_figure_that_leads_to_its_place(
    build_page: Build, tmp_path: Path
) -> None:
    part = "```{part} tiny\n:figure: fig-six\n\n**Why six?** See {claim}`first/six`.\n```"
    made, warnings = page(build_page, tmp_path, part)
    assert warnings == ""
    card = made[made.index('class="part-card') :]
    assert "<strong>Why six?</strong>" in card
    assert 'href="notebooks/tiny/first.html#claim-first-six"' in card
    assert re.search(r'href="notebooks/tiny/first.html"><span[^>]*>First</span></a>', card)
    assert "</a> – 2 claims: 1 reproduced, 1 failed</p>" in card
    shown = re.search(r'<a [^>]*href="notebooks/tiny/first.html#(fig-six)">\s*<img ([^>]*)>', card)
    assert shown is not None
    assert 'alt="A circle and &quot;more&quot;"' in shown[2]
    assert "figure-flips" in shown[2]
    (source,) = re.findall(r'src="([^"]*)"', shown[2])
    assert (tmp_path / "out" / source).read_text(encoding="utf-8") == PICTURE
    there = (tmp_path / "out" / "notebooks" / "tiny" / "first.html").read_text(encoding="utf-8")
    assert 'id="fig-six"' in there
    assert "figure-flips" not in there, "the chapter's own figure was changed"


def test_a_picture_that_keeps_its_colours_keeps_them_here_too(
    build_page: Build, tmp_path: Path
) -> None:
    files = {
        "notebooks/tiny/first.md": CHAPTER.replace(":name:", ":class: dark-light\n:name:"),
        "notebooks/tiny/six.svg": PICTURE,
    }
    part = "# Home\n\n```{part} tiny\n:figure: fig-six\n\nWords.\n```\n"
    made, _ = build_page(tmp_path, part, EXTENSIONS, files)
    (image,) = re.findall(r"<img [^>]*>", made[made.index('class="part-card') :])
    assert "dark-light" in image
    assert "figure-flips" not in image


@pytest.mark.parametrize("label", ["fig-seven", "not-a-figure"])
def test_a_label_of_no_figure_is_told(build_page: Build, tmp_path: Path, label: str) -> None:
    made, warnings = page(
        build_page, tmp_path, f"```{{part}} tiny\n:figure: {label}\n\nWords.\n```"
    )
    assert f"no figure is labelled '{label}'" in warnings
    assert "index.md" in warnings
    assert "Words." in made


@pytest.mark.parametrize(
    ("directive", "told"),
    [
        ("```{part} huge\n:figure: fig-six\n\nWords.\n```", "no chapter of the book is in a part"),
        ("```{part} tiny\n\nWords.\n```", "part 'tiny' needs a figure"),
    ],
)
def test_a_part_that_cannot_be_shown_is_told(
    build_page: Build, tmp_path: Path, directive: str, told: str
) -> None:
    assert told in page(build_page, tmp_path, directive)[1]
