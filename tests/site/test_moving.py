"""What the reader can move, by the keyboard: figures with controls and the table of claims."""

import itertools
import json
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

# A page, its figure, a slider, and how a text of the figure begins that follows it.
FIGURES = [
    ("notebooks/linear/learning_time.html", "learning-curve", "s", "95 % at"),
    ("notebooks/signal/kaiming.html", "signal-variance", "gain", "with rectifiers"),
    ("notebooks/ode/resnet_as_ode.html", "stability", "h", "|R(hλ)|"),
    ("notebooks/pde/vanishing_moments.html", "filter-moments", "digits", "error"),
    ("notebooks/generalization/randomization_test.html", "corruption", "p", "error"),
]


@pytest.mark.parametrize(("page", "name", "signal", "begins"), FIGURES)
def test_a_figure_follows_its_slider(
    browser: Chrome, address: str, page: str, name: str, signal: str, begins: str
) -> None:
    def told() -> list[str]:
        texts = browser.execute_script(
            "return [...arguments[0].querySelectorAll('svg text')].map((t) => t.textContent)",
            figure,
        )
        return [text for text in texts if text.startswith(begins)]

    browser.get(address + page)
    figure = browser.find_element("id", f"explorable-{name}")
    at_first = told()  # of the picture that is there without scripts
    assert at_first
    browser.execute_script("arguments[0].scrollIntoView()", figure)
    WebDriverWait(browser, 30).until(lambda _: figure.get_attribute("data-ready") == "true")
    assert told() == at_first
    slider = browser.find_element("id", f"{name}-{signal}")
    before = slider.get_attribute("value")
    slider.send_keys(Keys.ARROW_LEFT)
    WebDriverWait(browser, 30).until(lambda _: told() != at_first)
    shown = figure.find_element("css selector", f"output[for='{name}-{signal}']").text
    assert shown == slider.get_attribute("value") != before


def test_the_table_of_claims_is_filtered_and_sorted(browser: Chrome, address: str) -> None:
    def rows() -> list[str]:
        found = browser.find_elements("css selector", ".claims-table tbody tr")
        return [row.text for row in found if row.is_displayed()]

    browser.get(address + "book/pages/what_reproduces.html")
    count = len(rows())
    (status,) = [
        Select(element)
        for element in browser.find_elements("css selector", ".claims-controls select")
        if "partial" in element.text
    ]
    status.select_by_visible_text(next(o.text for o in status.options if "partial" in o.text))
    WebDriverWait(browser, 10).until(lambda _: 0 < len(rows()) < count)
    assert all("partial" in row for row in rows())
    told = browser.find_element("css selector", ".claims-count").text
    assert told.startswith(f"{len(rows())} of {count} claims shown")


def test_measured_numbers_sort_by_their_value(browser: Chrome, address: str, html: Path) -> None:
    browser.get(address + "book/pages/what_reproduces.html")
    button = browser.find_element("css selector", ".claims-table thead th:nth-child(3) button")
    claims = json.loads((html.parent / "claims.json").read_text(encoding="utf-8"))["claims"]
    told = {claim["measurement"]: float(claim["measured"]) for claim in claims}
    column = "return [...document.querySelectorAll('.claims-table tbody tr')]"
    column += ".map((row) => row.cells[2].textContent.trim())"
    for sign in (1, -1):
        button.send_keys(Keys.ENTER)
        values = [sign * told[text] for text in browser.execute_script(column)]
        # Written with four digits; claims that are told alike may stand in any order.
        assert all(a <= b + 1e-3 * abs(b) for a, b in itertools.pairwise(values))


def test_words_are_found_in_formulas_as_they_look(browser: Chrome, address: str) -> None:
    browser.get(address + "book/pages/what_reproduces.html")
    browser.find_element("css selector", ".claims-controls input").send_keys("τ du/dt")
    told = browser.find_element("css selector", ".claims-count")
    WebDriverWait(browser, 10).until(lambda _: told.text.startswith("1 of "))
    (row,) = [
        row
        for row in browser.find_elements("css selector", ".claims-table tbody tr")
        if row.is_displayed()
    ]
    assert "mode-equation" in str(row.find_element("css selector", "a").get_attribute("href"))
