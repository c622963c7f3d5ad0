"""Names of functions, and digests that follow the code they depend on."""

import importlib
import sys
from functools import partial

import pytest

from lib.sweep.functions import code_digest, function_name, named_function

FILES = {
    "__init__.py": "",
    "top.py": "from own_package import near\nfrom .sub.far import CONSTANT\ndef measure(seed): ...",
    "near.py": "import numpy\nX = 1",
    "sub/__init__.py": "from . import beside",
    "sub/beside.py": "",
    "sub/far.py": "from .. import deep\nCONSTANT = 1",
    "deep.py": "",
    "unused.py": "",
}


@pytest.fixture
def digest(tmp_path, monkeypatch):
    """Write a package, perhaps with one file changed, and digest its function."""

    def write(**changed):
        for name, text in (FILES | changed).items():
            path = tmp_path / "own_package" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        forget()
        importlib.invalidate_caches()
        return code_digest(importlib.import_module("own_package.top").measure)

    def forget():
        for name in [name for name in sys.modules if name.split(".")[0] == "own_package"]:
            del sys.modules[name]

    monkeypatch.syspath_prepend(tmp_path)
    yield write
    forget()


@pytest.mark.parametrize("name", sorted(set(FILES) - {"unused.py"}))
def test_the_digest_changes_with_any_module_that_is_imported(digest, name):
    assert digest(**{name: FILES[name] + "\n# changed"}) != digest()


def test_the_digest_does_not_change_with_other_modules(digest):
    assert digest(**{"unused.py": "Y = 2"}) == digest()


def test_modules_of_lib_count_for_functions_from_elsewhere(digest, monkeypatch):
    top = "from lib.training import train\n" + FILES["top.py"]
    before = digest(**{"top.py": top})
    from lib.sweep import functions

    real = functions._source
    elsewhere = real("lib.integrators")
    monkeypatch.setattr(
        functions, "_source", lambda n: elsewhere if n == "lib.training" else real(n)
    )
    assert digest(**{"top.py": top}) != before


def test_a_function_of_a_module_has_a_name():
    assert function_name(function_name) == "lib.sweep.functions:function_name"
    assert named_function("lib.sweep.functions:function_name") is function_name


def test_functions_that_cannot_be_imported_are_refused(monkeypatch):
    def inner(seed): ...

    main = type(function_name)(function_name.__code__, {})
    main.__module__, main.__qualname__ = "__main__", "main"
    monkeypatch.setattr(sys.modules["__main__"], "main", main, raising=False)
    for function in (inner, lambda seed: {}, partial(function_name), main):
        with pytest.raises(
            ValueError, match="cannot be imported by a worker; put it into a module"
        ):
            function_name(function)
