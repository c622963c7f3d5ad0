"""Slides as a teacher projects them: they move, and everything on them is seen."""

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.site.conftest import HTML, logged, prefer, resize, settle

DECKS = sorted(path.name for path in (HTML / "slides").glob("*.html"))
DECK = "linear_dynamics.html"
PROJECTOR, WIDE = (1280, 720), (1920, 1080)
READY = "return document.querySelector('.reveal.ready') !== null && Reveal.isReady()"


@pytest.fixture
def show(browser: webdriver.Chrome, address: str) -> Callable[..., webdriver.Chrome]:
    """Open slides in a window of some size."""

    def opened(deck: str, size: tuple[int, int] = PROJECTOR) -> webdriver.Chrome:
        resize(browser, size)
        browser.get(f"{address}slides/{deck}")
        WebDriverWait(browser, 30).until(lambda b: b.execute_script(READY))
        return browser

    return opened


def place(driver: webdriver.Chrome) -> int:
    return int(driver.execute_script("return Reveal.getIndices().h"))


def press(driver: webdriver.Chrome, key: str) -> None:
    driver.find_element("tag name", "body").send_keys(key)


def go_to(driver: webdriver.Chrome, number: int) -> None:
    """Show a slide, and wait until a figure with controls on it has drawn itself."""
    driver.execute_script("Reveal.slide(arguments[0])", number)
    drawn = (
        "return [...document.querySelectorAll('section.present .explorable-controls')]"
        ".every((controls) => !controls.hidden)"
    )
    WebDriverWait(driver, 30).until(lambda d: d.execute_script(drawn))
    settle(driver)


def test_every_chapter_has_slides(html) -> None:
    chapters = sorted(path.name for path in html.glob("notebooks/*/*.html"))
    assert chapters == DECKS


def test_keys_move_the_slides_and_an_address_keeps_the_place(show) -> None:
    driver = show(DECK)
    assert place(driver) == 0
    press(driver, Keys.ARROW_RIGHT)
    assert place(driver) == 1
    press(driver, Keys.SPACE)
    assert place(driver) == 2
    press(driver, Keys.ARROW_LEFT)
    assert place(driver) == 1
    WebDriverWait(driver, 5).until(lambda d: d.current_url.endswith("#/1"))
    driver.refresh()
    WebDriverWait(driver, 30).until(lambda d: d.execute_script(READY))
    assert place(driver) == 1
    press(driver, Keys.END)
    assert place(driver) == driver.execute_script("return Reveal.getTotalSlides()") - 1


def test_a_swipe_moves_the_slides(show) -> None:
    driver = show(DECK)
    for kind, x in (
        ("touchStart", 900),
        ("touchMove", 700),
        ("touchMove", 500),
        ("touchEnd", None),
    ):
        points = [] if x is None else [{"x": x, "y": 600}]
        driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    WebDriverWait(driver, 5).until(lambda d: place(d) == 1)


@pytest.mark.slow
@pytest.mark.parametrize("size", [PROJECTOR, WIDE])
@pytest.mark.parametrize("deck", DECKS)
def test_nothing_is_cut_off_or_small(
    show, script: Callable[[str], str], deck: str, size: tuple[int, int]
) -> None:
    driver = show(deck, size)
    count = driver.execute_script("return Reveal.getTotalSlides()")
    assert count >= 6
    wrong: dict[int, Any] = {}
    for number in range(count):
        go_to(driver, number)
        told = driver.execute_script(script("slides"))
        assert told["width"] == pytest.approx(size[0], abs=2)
        if told["high"] > 1 or told["empty"] or any(told[n] for n in ("beyond", "small", "flat")):
            wrong[number + 1] = told
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("deck", DECKS)
def test_axe_finds_no_barrier_on_any_slide(show, axe: str, deck: str, theme: str) -> None:
    driver = show(deck)
    prefer(driver, theme)
    driver.execute_script(axe)
    # A copy on top of everything: axe does not see through the layers of reveal.js to the ground.
    run = (
        "const end = arguments[0], probe = document.createElement('div');"
        "probe.style = 'position: absolute; inset: 0; z-index: 99; background: inherit';"
        "probe.append(document.querySelector('section.present').cloneNode(true));"
        "document.body.append(probe);"
        "const off = {region: {enabled: false}};"  # the probe stands outside of it
        "axe.run(probe, {resultTypes: ['violations'], rules: off}).then((r) => { probe.remove();"
        "end(r.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html}`))); })"
    )
    found = []
    for number in range(driver.execute_script("return Reveal.getTotalSlides()")):
        go_to(driver, number)
        found += [(number + 1, line[:200]) for line in driver.execute_async_script(run)]
    assert found == []


def test_slides_are_light_or_dark_as_the_system_is(show) -> None:
    driver = show(DECK)
    ground = "return getComputedStyle(document.body).backgroundColor"
    assert driver.execute_script(ground) == "rgb(255, 255, 255)"
    prefer(driver, "dark")
    assert driver.execute_script(ground) == "rgb(20, 24, 30)"


@pytest.mark.parametrize("deck", DECKS)
def test_a_slide_is_printed_on_a_page(show, deck: str) -> None:
    driver = show(deck)
    count = driver.execute_script("return Reveal.getTotalSlides()")
    told = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pages = PdfReader(io.BytesIO(base64.b64decode(told["data"]))).pages
    assert len(pages) == count
    assert [n for n, page in enumerate(pages, start=1) if not page.extract_text().strip()] == []


def test_slides_work_from_a_folder_without_a_server(show, html) -> None:
    driver = show(DECK)
    logged(driver)
    driver.get((html / "slides" / DECK).as_uri())
    WebDriverWait(driver, 30).until(lambda d: d.execute_script(READY))
    assert driver.execute_script("return document.querySelectorAll('mjx-container').length") > 10
    urls = [
        e["params"]["request"]["url"] for e in logged(driver) if e["method"].endswith("WillBeSent")
    ]
    assert [url for url in urls if not url.startswith(("file:", "data:"))] == []


def test_the_page_of_a_chapter_leads_to_its_slides_and_they_lead_back(
    browser: webdriver.Chrome, address: str
) -> None:
    page = address + "notebooks/linear/linear_dynamics.html"
    browser.get(page)
    browser.find_element("link text", "Slides of this chapter").click()
    WebDriverWait(browser, 30).until(lambda d: d.execute_script(READY))
    assert browser.current_url.split("#")[0] == f"{address}slides/{DECK}"
    browser.find_element("css selector", "footer a").click()
    assert browser.current_url == page
