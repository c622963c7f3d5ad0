"""What a reader does: search, change the theme, open a solution, all of it by keyboard too."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

CHAPTER = "notebooks/linear/linear_dynamics.html"
CSS = By.CSS_SELECTOR
FOCUSED = "const e = document.activeElement; return e.matches(arguments[0])"
THEME = "return document.documentElement.dataset.theme"


def until(browser: Chrome, question: str) -> object:
    """What a page answers as soon as that is not nothing."""
    return WebDriverWait(browser, 15).until(lambda seen: seen.execute_script(question))


def press(browser: Chrome, *keys: str) -> None:
    """Press keys where the focus is."""
    browser.switch_to.active_element.send_keys(*keys)


def tab_to(browser: Chrome, selector: str, most: int) -> bool:
    """Walk on with the tabulator until something has the focus."""
    for _ in range(most):
        press(browser, Keys.TAB)
        if browser.execute_script(FOCUSED, selector):
            return True
    return False


@pytest.fixture(params=["http", "file"])
def base(request: pytest.FixtureRequest, address: str, html: Path) -> str:
    """Where the site is: on a server, or in a folder that was unpacked."""
    return address if request.param == "http" else html.as_uri() + "/"


def severe(browser: Chrome) -> list[str]:
    """Errors that the browser logged."""
    return [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]


def test_a_chapter_reads_as_well_from_a_folder(browser: Chrome, html: Path) -> None:
    browser.get((html / CHAPTER).as_uri())
    formulas = "return document.querySelectorAll('mjx-container mjx-math > *').length > 100"
    assert until(browser, formulas)
    faces = "return document.fonts.ready.then(f => [...f].filter(x => x.status === 'error').length)"
    assert browser.execute_script(faces) == 0
    assert browser.execute_script("return document.fonts.check('16px MJXTEX-I')")
    assert severe(browser) == []


def test_the_first_page_leads_to_the_book(browser: Chrome, base: str) -> None:
    browser.get(base + "index.html")
    assert until(browser, "return document.querySelector('main h1')?.textContent")
    assert severe(browser) == []


def test_search_finds_a_word_and_shows_where(browser: Chrome, base: str) -> None:
    browser.get(base + CHAPTER)
    press(browser, Keys.CONTROL, "k")
    assert browser.execute_script(FOCUSED, "#pst-search-dialog input[name=q]")
    press(browser, "sigmoid", Keys.ENTER)
    found = "return [...document.querySelectorAll('#search-results li a')].map(a => a.href)"
    results = until(browser, found)
    assert isinstance(results, list)
    assert any(urlsplit(url).path.endswith(CHAPTER) for url in results)


def test_a_word_that_is_nowhere_is_not_found(browser: Chrome, address: str) -> None:
    browser.get(address + "search.html?q=xyzzyplugh")
    assert until(browser, "return /did not match/.test(document.body.textContent)")


def test_a_page_has_the_theme_of_the_system(browser: Chrome, address: str) -> None:
    from_system = "Emulation.setEmulatedMedia"
    for theme in ("dark", "light"):
        wish = {"name": "prefers-color-scheme", "value": theme}
        browser.execute_cdp_cmd(from_system, {"features": [wish]})
        browser.get(address + CHAPTER)
        assert browser.execute_script(THEME) == theme


def test_the_switch_changes_the_theme_and_it_is_remembered(browser: Chrome, address: str) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    mode = "return document.documentElement.dataset.mode"
    browser.get(address + CHAPTER)
    before = browser.execute_script(ground)
    # Automatic at first; the switch goes round light, dark and automatic.
    for _ in range(3):
        browser.find_element(CSS, ".bd-header-article .theme-switch-button").click()
        if browser.execute_script(mode) == "dark":
            break
    assert browser.execute_script(THEME) == "dark"
    WebDriverWait(browser, 5).until(lambda seen: seen.execute_script(ground) != before)
    browser.get(address + "book/pages/notation.html")
    assert browser.execute_script(THEME) == "dark"


def test_a_solution_opens_by_keyboard(browser: Chrome, address: str) -> None:
    browser.get(address + CHAPTER)
    until(browser, "return document.querySelector('.solution .toggle-button')")
    shown = (
        "return document.querySelector('.solution section')"
        ".checkVisibility({visibilityProperty: true, opacityProperty: true})"
    )
    button = "const b = document.querySelector('.solution .toggle-button'); b.focus(); return 1"
    assert not browser.execute_script(shown)
    browser.execute_script(button)
    press(browser, Keys.ENTER)
    assert until(browser, shown)


def test_the_keyboard_reaches_what_there_is_to_use(browser: Chrome, address: str) -> None:
    browser.get(address + CHAPTER)
    assert tab_to(browser, "#pst-skip-link a", 2)
    assert tab_to(browser, ".search-button__button", 5)
    assert tab_to(browser, ".bd-docs-nav a", 5)
    assert tab_to(browser, "[aria-label='Download this page']", 40)
    assert tab_to(browser, ".theme-switch-button", 5)


def test_the_first_stop_leads_past_the_contents(browser: Chrome, address: str) -> None:
    browser.get(address + CHAPTER)
    assert tab_to(browser, "#pst-skip-link a", 2)
    press(browser, Keys.ENTER)
    assert urlsplit(browser.current_url).fragment == "main-content"
    press(browser, Keys.TAB)
    assert browser.execute_script(FOCUSED, "main *")


def test_what_scrolls_can_have_the_focus_and_what_fits_cannot(
    browser: Chrome, address: str
) -> None:
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(address + CHAPTER)
    wrong = (
        "const all = [...document.querySelectorAll('mjx-container[display=true], figure')];"
        "const wide = all.filter(e => e.scrollWidth > e.clientWidth + 1);"
        "return all.length && wide.length && all.every("
        "e => (e.tabIndex === 0) === wide.includes(e))"
    )
    assert until(browser, wrong)


def test_the_first_page_shows_every_part_and_the_state_of_every_chapter(
    browser: Chrome, address: str, html: Path
) -> None:
    browser.get(address + "book/pages/intro.html")
    drawn = "return [...document.images].every(i => i.complete && i.naturalWidth) && document.title"
    assert until(browser, drawn)
    chapters = {path.relative_to(html).as_posix() for path in html.glob("notebooks/*/*.html")}
    cards = browser.find_elements(CSS, ".part-card")
    assert len(cards) == len({Path(chapter).parent for chapter in chapters})
    told = {}
    for card in cards:
        (figure,) = card.find_elements(CSS, "a:has(img)")
        assert figure.rect["width"] > 300
        assert "#fig-" in str(figure.get_attribute("href"))
        for item in card.find_elements(CSS, "li"):
            (link,) = item.find_elements(CSS, "a")
            told[str(link.get_attribute("href")).removeprefix(address)] = item.text
    assert set(told) == chapters
    assert all(
        re.search(r" – \d+ claims: \d+ reproduced(, \d+ partial)?$", text) for text in told.values()
    )


def test_every_chapter_tells_how_it_was_made(browser: Chrome, address: str, html: Path) -> None:
    for chapter in html.glob("notebooks/*/*.html"):
        browser.get(address + chapter.relative_to(html).as_posix())
        (colophon,) = browser.find_elements(CSS, ".colophon")
        for words in (
            r"profile \w+, seed \d+",
            r"\d+ s, begun \d{4}-",
            r"torch 2",
        ):
            assert re.search(words, colophon.text), f"{chapter.name}: {words}"
        learns = "dataset" in colophon.text
        assert learns == bool(re.search(r"SHA-256 \w{64}", colophon.text)), chapter.name


def test_formulas_of_cards_are_set_and_on_a_phone_lie_within_their_cards(
    browser: Chrome, address: str, html: Path
) -> None:
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    wide = """
        const right = (element) => element.getBoundingClientRect().right;
        return [...document.querySelectorAll('.claim')].filter((card) =>
          [...card.querySelectorAll('mjx-container')].some((one) => right(one) > right(card)))
          .map((card) => card.id)"""
    for chapter in html.glob("notebooks/*/*.html"):
        browser.get(address + chapter.relative_to(html).as_posix())
        count = "return [...document.querySelectorAll('.claim .math')].length"
        assert browser.execute_script(count) > 0
        assert until(
            browser, f"{count} === document.querySelectorAll('.claim mjx-container').length"
        )
        assert browser.execute_script(wide) == []


def test_the_source_of_a_claim_leads_to_the_bibliography(browser: Chrome, address: str) -> None:
    browser.get(address + CHAPTER)
    (card,) = browser.find_elements(CSS, "#claim-linear-dynamics-learning-time")
    (link,) = card.find_elements(CSS, ".claim-source a")
    assert link.text == "Saxe et al. 2014"
    link.click()
    name = str(browser.current_url).partition("#")[2]
    assert "Exact solutions" in browser.find_element(By.ID, name).text
