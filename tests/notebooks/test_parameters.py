"""No bad value of a parameter gets as far as a kernel, and what is said to be allowed is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from book.chapters import Chapter, read_chapters
from book.closure import DATASET
from book.limits import words
from book.parameters import Parameter
from book.project import PROFILES, BookError, Project
from book.runs import plan_runs
from lib.generalization import networks

BOOK = Project(Path(__file__).resolve().parents[2])
CHAPTERS = read_chapters(BOOK)
EVERY = [
    pytest.param(chapter, parameter, id=f"{chapter.name}-{parameter.name}")
    for chapter in CHAPTERS.values()
    for parameter in chapter.parameters.values()
]
# An argument of a process holds no zero byte.
TYPED = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Call from a folder in which no data lie."""
    monkeypatch.chdir(tmp_path)


def bad_texts(parameter: Parameter) -> Iterator[str]:
    """What nobody can mean."""
    default = parameter.default
    if parameter.name == DATASET:
        yield from ("", "nobody-has-this", "mnist:all", "nowhere/mine", "own.npz", "[]", "0")
    elif isinstance(default, list):
        yield from ("", "[]", "0", "{}", "[", "null", "[null]", "[nan]", "[[]]", "[a, 0]", "[-1]")
        yield from (f"[{default[0]}, nobody]", f"[{', '.join([str(default[0])] * 1000)}]")
        yield f"[{10**30}]"
    elif isinstance(default, bool):
        yield from ("", "0", "1", "yes", "nan", "[]")
    elif isinstance(default, int | float):
        yield from ("", "nan", "inf", "-inf", "-1", f"{10**30}", "-1e300", "one", "[]", "true")
        yield from ("[1]", "1 2", "null", "'1'", "1,5")
        if isinstance(default, int):
            yield from ("0.5", "1e3", f"{default}.0", "1" * 5000)
        if not parameter.accepts(0):
            yield "0"
    else:
        yield from ("", "nobody-has-this", "[]")


def at_the_bounds(parameter: Parameter) -> Iterator[object]:
    """Values that the limits name themselves."""
    limits, default = parameter.limits, parameter.default
    if isinstance(default, list):
        item = Parameter("item", default[0], "", limits.get("items", {}))
        for value in at_the_bounds(item):
            yield [value, *[other for other in default if other != value]][: limits["maxItems"]]
        for length in (limits["minItems"], len(default)):
            yield default[:length]
    yield from (limits[key] for key in ("minimum", "maximum") if key in limits)
    yield from limits.get("enum", ())


@pytest.mark.parametrize(("chapter", "parameter"), EVERY)
def test_every_bad_value_is_one_line_before_anything_runs(
    chapter: Chapter, parameter: Parameter
) -> None:
    for text in bad_texts(parameter):
        with pytest.raises(BookError) as raised:
            plan_runs(BOOK, [chapter], "quick", [f"{parameter.name}={text}"])
        told = str(raised.value)
        assert "\n" not in told
        assert parameter.name in told
        if parameter.name != DATASET:
            assert told.startswith(f"{chapter.name}: parameter {parameter.name} takes ")
            assert parameter.type in told
            assert words(parameter.limits) in told


@pytest.mark.parametrize(("chapter", "parameter"), EVERY)
def test_a_value_at_a_bound_is_taken_as_it_is(chapter: Chapter, parameter: Parameter) -> None:
    for value in (parameter.default, *at_the_bounds(parameter)):
        setting = f"{parameter.name}={value}"
        (run,) = plan_runs(BOOK, [chapter], "quick", [setting])
        assert run.parameters[parameter.name] == value
        assert type(run.parameters[parameter.name]) is type(parameter.default)


@pytest.mark.parametrize(("chapter", "parameter"), EVERY)
def test_a_value_just_outside_a_bound_is_not(chapter: Chapter, parameter: Parameter) -> None:
    limits = parameter.limits
    step = 1 if isinstance(parameter.default, int) else 1e-9
    outside = [limits[key] for key in ("exclusiveMinimum", "exclusiveMaximum") if key in limits]
    outside += [limits[key] - step for key in ("minimum",) if key in limits]
    outside += [limits[key] + step for key in ("maximum",) if key in limits]
    for value in outside:
        with pytest.raises(BookError, match=f"parameter {parameter.name} takes "):
            plan_runs(BOOK, [chapter], "quick", [f"{parameter.name}={value}"])


@pytest.mark.parametrize("chapter", CHAPTERS.values(), ids=list(CHAPTERS))
def test_defaults_and_profiles_are_within_their_limits(chapter: Chapter) -> None:
    for profile in PROFILES:
        (run,) = plan_runs(BOOK, [chapter], profile)
        for name, value in run.parameters.items():
            assert chapter.parameters[name].accepts(value), (profile, name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([case.values for case in EVERY]), TYPED)
def test_whatever_is_typed_is_a_good_value_or_one_line(
    case: tuple[Chapter, Parameter], text: str
) -> None:
    chapter, parameter = case
    try:
        (run,) = plan_runs(BOOK, [chapter], "standard", [f"{parameter.name}={text}"])
    except BookError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert parameter.accepts(run.settings[parameter.name])


def test_the_seeds_that_are_allowed_are_the_same_everywhere() -> None:
    limits = [chapter.parameters["seed"].limits for chapter in CHAPTERS.values()]
    assert all(found == {"minimum": 0, "maximum": 2**32 - 1} for found in limits)
    fewest = [chapter.parameters["n_seeds"].limits["minimum"] for chapter in CHAPTERS.values()]
    assert set(fewest) == {3}


def test_the_networks_that_are_allowed_are_all_there_are() -> None:
    allowed = CHAPTERS["randomization_test"].parameters["networks"].limits["items"]["enum"]
    assert {name for name in allowed if "perceptron" not in name} == set(networks.ARCHITECTURES)
    for name in allowed:
        networks.architecture(name)
