"""Sphinx directive ``{lib-reference}``: the API reference, a section for each module of `lib`."""

import pkgutil

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import lib


class LibReference(SphinxDirective):
    """Document every module, so that a new one cannot be forgotten."""

    def run(self) -> list[nodes.Node]:
        """Let autodoc read the modules."""
        lines: list[str] = []
        for name in module_names():
            lines += [
                f"## `{name}`",
                "",
                "```{eval-rst}",
                f".. automodule:: {name}",
                "   :members:",
            ]
            lines += ["```", ""]
        holder = nodes.section()
        holder.document = self.state.document
        self.state.nested_parse(StringList(lines, "reference"), self.content_offset, holder, True)
        return holder.children


def module_names() -> list[str]:
    """Names of the modules of `lib` that hold something, in alphabetical order.

    Returns
    -------
    list of str
        Packages that hold only others are left out.
    """
    found = pkgutil.walk_packages(lib.__path__, prefix="lib.")
    return sorted(module.name for module in found if not module.ispkg)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx.

    Parameters
    ----------
    app : Sphinx
        The running build.

    Returns
    -------
    dict
        What Sphinx needs to know of parallel builds.
    """
    app.add_directive("lib-reference", LibReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
