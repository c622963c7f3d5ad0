import pytest

from lib import checks


def test_a_name_is_one_of_those_there_are():
    assert checks.one_of("rule", "euler", {"euler": 1}) == "euler"
    with pytest.raises(ValueError, match=r"^unknown rule 'rk4'; give one of euler, trapezoid$"):
        checks.one_of("rule", "rk4", ("euler", "trapezoid"))
