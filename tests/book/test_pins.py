"""The pins are read as pip reads them."""

import pytest

from book.pins import read_pins
from book.project import BookError, Project


def test_every_line_but_comments_is_a_pin(tiny: Project) -> None:
    tiny.pins.write_text("# tested\nTorch==2.9.0\n\nuvloop==0.2 ; os_name == 'posix'\n")
    assert [(pin.name, str(pin.specifier)) for pin in read_pins(tiny)] == [
        ("Torch", "==2.9.0"),
        ("uvloop", "==0.2"),
    ]


def test_a_line_that_is_no_pin_and_a_missing_file_are_refused(tiny: Project) -> None:
    tiny.pins.write_text("numpy = 2\n")
    with pytest.raises(BookError, match=r"constraints\.txt: "):
        read_pins(tiny)
    tiny.pins.unlink()
    with pytest.raises(BookError, match="No such file"):
        read_pins(tiny)
