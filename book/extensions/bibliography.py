"""Sphinx extension: lists of references name their entries as the text cites them.

The text says *Saxe et al., 2014*; so does the label of the entry that it leads to.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import Any

from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as Unsorted
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting.author_year_title import SortingStyle
from sphinx.application import Sphinx

STYLE = "authoryear"
UNDATED = "n.d."
MOST_NAMES = 2


def label(entry: Any) -> str:
    """Name an entry by its authors and year.

    Parameters
    ----------
    entry : Entry
        Of pybtex.

    Returns
    -------
    str
        One or two family names, or the first and *et al.*; the title where no author is known.
    """
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [" ".join([*person.prelast_names, *person.last_names]) for person in people]
    if not names:
        told = entry.fields.get("title", entry.key)
    elif len(names) > MOST_NAMES:
        told = f"{names[0]} et al."
    else:
        told = " and ".join(names)
    plain = told.replace("{", "").replace("}", "")
    return f"{plain}, {entry.fields.get('year', UNDATED)}"


class AuthorYearLabels(BaseLabelStyle):  # type: ignore[misc]
    """Labels by author and year; a letter tells those apart that would be the same."""

    def format_labels(self, sorted_entries: Sequence[Any]) -> Iterator[str]:
        """Name every entry of a list.

        Parameters
        ----------
        sorted_entries : sequence of Entry
            In their order.

        Yields
        ------
        str
            A label for each.
        """
        labels = [label(entry) for entry in sorted_entries]
        counts, seen = Counter(labels), Counter[str]()
        for name in labels:
            yield name + (ascii_lowercase[seen[name]] if counts[name] > 1 else "")
            seen[name] += 1


class AuthorYearStyle(Unsorted):  # type: ignore[misc]
    """Entries in the order of their authors, labelled by author and year."""

    default_label_style = AuthorYearLabels
    default_sorting_style = SortingStyle


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with pybtex, where Sphinx looks the style up by its name.

    Parameters
    ----------
    app : Sphinx
        The running build.

    Returns
    -------
    dict
        What Sphinx needs to know of parallel builds.
    """
    register_plugin("pybtex.style.formatting", STYLE, AuthorYearStyle)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
