"""What the reader can move, by the keyboard: figures with controls and the table of claims."""

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
