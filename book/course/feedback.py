"""What students wrote, as feedback shows it: text, and no script that runs for who reads it."""

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


def markdown(source: str) -> str:
    """Turn a text of a submission into HTML; nbgrader's pages call it as a filter.

    Parameters
    ----------
    source : str
        Of a Markdown cell.

    Returns
    -------
    str
        All that Markdown knows, and formulas as they are written; HTML in it is shown as text.

    Examples
    --------
    >>> markdown("*a*<script>alert(1)</script>").strip()
    '<p><em>a</em>&lt;script&gt;alert(1)&lt;/script&gt;</p>'
    """
    renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False)
    return str(MarkdownWithMath(renderer=renderer).render(source))
