"""The reference documents every module of lib."""

from io import StringIO
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from book.extensions import reference

CONF = """
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
extensions += ["book.extensions.reference"]
napoleon_use_param = False
autodoc_typehints = "none"
"""


def test_every_module_of_lib_is_named_and_no_package(root: Path) -> None:
    files = (root / "lib").rglob("*.py")
    modules = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in files
        if path.name != "__init__.py"
    }
    assert reference.module_names() == sorted(modules)


def test_the_page_documents_functions_of_every_module(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "index.md").write_text("# Reference\n\n```{lib-reference}\n```\n")
    out = tmp_path / "out"
    with docutils_namespace():
        Sphinx(
            tmp_path, tmp_path, out, out / ".doctrees", "html", status=None, warning=StringIO()
        ).build()
    page = (out / "index.html").read_text(encoding="utf-8")
    for name in reference.module_names():
        assert f">{name}</span>" in page
    for name in ("lib.linear.modes.mode_strength", "lib.claims.declare.claim"):
        assert f'id="{name}"' in page
