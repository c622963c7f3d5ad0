"""Small tables among the results of a chapter."""

import html
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Rows below a head, as a page and a terminal show them.

    Parameters
    ----------
    head : tuple of str
        Names of the columns.
    rows : tuple of tuple of str
        As many cells each.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def _repr_html_(self) -> str:
        # A heading without a text is none.
        head = "".join(
            f'<th scope="col">{html.escape(cell)}</th>' if cell else "<td></td>"
            for cell in self.head
        )
        rows = "".join(
            f'<tr><th scope="row">{html.escape(first)}</th>'
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in rest)
            + "</tr>"
            for first, *rest in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def __repr__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (self.head, *self.rows)
        ]
        return "\n".join(lines)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Show results as a table; the value of a cell's last line.

    Parameters
    ----------
    head : sequence of str
        Names of the columns.
    rows : sequence of sequences
        Text, or anything that `str` makes text of; the first of each row names it.

    Returns
    -------
    Table
        Shown by a notebook.

    Raises
    ------
    ValueError
        If a row has not one cell for each column.
    """
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"{len(head)} columns, but a row of {len(row)}: {list(row)}")
    return Table(tuple(head), tuple(tuple(map(str, row)) for row in rows))
