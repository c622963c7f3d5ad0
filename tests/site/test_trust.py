"""What pages may do, as a browser holds them to it, and links that tell that they lead away."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from book.outside import leads_away, mark
from book.policy import policy
from tests.site.conftest import CHAPTER, PAGES

META = re.compile(r'\n?<meta http-equiv="Content-Security-Policy" content="([^"]*)">\n?')
MOVING = "notebooks/linear/learning_time.html"
FORBIDDEN = "return window.forbidden"


class Tags(HTMLParser):
    """Attributes of all links of a page, and the names of all that would run a script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.handlers += [name for name in given if name.startswith("on")]
        self.handlers += [v for v in given.values() if v.lower().startswith("javascript:")]
        if tag == "a":
            self.links.append(given)


@pytest.fixture(params=["http", "file"])
def base(request: pytest.FixtureRequest, address: str, html: Path) -> str:
    """Where the site is: on a server, or in a folder that was unpacked."""
    return address if request.param == "http" else html.as_uri() + "/"


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_the_policy_of_its_own_scripts(html: Path, page: str) -> None:
    text = (html / page).read_text(encoding="utf-8")
    (told,) = META.findall(text)
    assert told == policy(text)
    assert "unsafe-eval" not in told
    assert "unsafe-inline" not in told.partition("script-src")[2].partition(";")[0]
    assert Tags(text).handlers == []


def test_no_page_does_what_its_policy_forbids(visit) -> None:
    assert visit.forbidden == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_in_a_folder_does_what_its_policy_forbids(
    browser: Chrome, html: Path, page: str
) -> None:
    browser.get((html / page).as_uri())
    WebDriverWait(browser, 30).until(lambda b: b.execute_script("return !!window.forbidden"))
    assert browser.execute_script(FORBIDDEN) == []
    assert [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []


def test_a_figure_moves_within_the_policy(browser: Chrome, base: str) -> None:
    browser.get(base + MOVING)
    figure = browser.find_element(By.CSS_SELECTOR, "figure.explorable")
    browser.execute_script("arguments[0].scrollIntoView()", figure)
    WebDriverWait(browser, 30).until(lambda _: figure.get_attribute("data-ready") == "true")
    assert browser.execute_script(FORBIDDEN) == []


def test_a_search_stays_within_the_policy(browser: Chrome, address: str) -> None:
    browser.get(address + "search.html?q=plateau")
    found = "return document.querySelectorAll('.search li .context').length > 0"
    WebDriverWait(browser, 30).until(lambda b: b.execute_script(found))
    assert browser.execute_script(FORBIDDEN) == []


def test_the_buttons_of_a_page_do_what_they_promise(browser: Chrome, base: str) -> None:
    browser.get(base + CHAPTER)
    browser.execute_script("window.print = () => { window.printed = true; }")
    browser.execute_script("document.querySelector('[data-press^=window]').click()")
    assert browser.execute_script("return window.printed")
    browser.find_element(By.CSS_SELECTOR, "[data-press^=toggle]").click()
    full = "return document.fullscreenElement !== null"
    WebDriverWait(browser, 10).until(lambda b: b.execute_script(full))
    browser.execute_script("document.exitFullscreen()")


def test_what_is_smuggled_into_a_page_does_not_run(browser: Chrome, base: str) -> None:
    browser.get(base + CHAPTER)
    browser.execute_script(
        "const put = document.createElement('div');"
        'put.innerHTML = \'<img src="data:," onerror="window.caught = 1">\';'
        "document.body.append(put);"
        "const script = document.createElement('script');"
        "script.textContent = 'window.caught = 2'; document.body.append(script);"
        "const other = document.createElement('script');"
        "other.src = 'https://elsewhere.example/x.js'; document.body.append(other);"
    )
    WebDriverWait(browser, 10).until(lambda b: len(b.execute_script(FORBIDDEN)) == 3)
    assert browser.execute_script("return window.caught") is None


def test_links_that_lead_out_of_the_book_tell_nothing_of_the_reader(html: Path) -> None:
    links = [one for page in PAGES for one in Tags((html / page).read_text("utf-8")).links]
    away = [one for one in links if leads_away(one.get("href", ""))]
    assert len(away) > 20
    assert [
        one for one in away if one.get("rel", "").split()[-2:] != ["noopener", "noreferrer"]
    ] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_that_lead_out_of_the_book_say_so(browser: Chrome, address: str, page: str) -> None:
    browser.get(address + page)
    silent = (
        "const away = [...document.querySelectorAll('a[href]')]"
        "  .filter((a) => a.protocol.startsWith('http') && a.host !== arguments[0]);"
        "return away.filter((a) => !getComputedStyle(a, '::after').content.includes('outside'))"
        "  .map((a) => a.href)"
    )
    assert browser.execute_script(silent, address.split("/")[2]) == []


@pytest.mark.parametrize(
    "place", [".bd-header-article", ".bd-sidebar-primary", ".bd-article", ".bd-footer"]
)
@pytest.mark.parametrize("href", ["https://a.example", "//a.example/b", "HTTP://a.example"])
def test_a_link_says_that_it_leads_away_wherever_it_stands(
    browser: Chrome, address: str, place: str, href: str
) -> None:
    browser.get(address + CHAPTER)
    link = mark(f'<a class="btn dropdown-item" id="far" href="{href}"><i></i> Far</a>')
    put = "document.querySelector(arguments[0]).insertAdjacentHTML('beforeend', arguments[1])"
    browser.execute_script(put, place, f'{link}<a id="near" href="search.html">Near</a>')
    far, near = (browser.find_element(By.ID, name) for name in ("far", "near"))
    assert far.accessible_name == "Far (outside the book)"
    assert near.accessible_name == "Near"
