"""A browser without a network, the built site served to it, and what it saw of each page."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from book.project import Project
from book.site import server

HTML = Path(__file__).resolve().parents[2] / "build" / "html"
# The theme leaves its templates among the static files; those are no pages.
PAGES = sorted(
    str(path.relative_to(HTML)) for path in HTML.rglob("*.html") if "_static" not in path.parts
)
CHAPTER = "notebooks/linear/linear_dynamics.html"
DESKTOP, PHONE = (1200, 1000), (390, 844)
QUIET = (
    "--headless=new",
    "--no-sandbox",  # it has no rights to make one in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,1000",
    # No outside name has an address, so nothing can come from there unnoticed.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


@dataclass
class Visit:
    """What the browser saw of a page."""

    page: str
    requests: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    violations: dict[str, list[str]] = field(default_factory=dict)


def found(variable: str, names: tuple[str, ...]) -> str:
    """Path of a program that a variable names, or that lies on the path."""
    places = [os.environ.get(variable), *map(shutil.which, names)]
    for place in places:
        if place:
            return place
    pytest.skip(f"no {' or '.join(names)} on PATH, and {variable} is not set")


@pytest.fixture(scope="session")
def html() -> Path:
    """The built site."""
    if not (HTML / "index.html").is_file():
        pytest.skip(f"there is no site in {HTML}; make it with: make book")
    return HTML


@pytest.fixture(scope="session")
def address(html: Path) -> Iterator[str]:
    """Where the site is served."""
    with server(Project(html.parents[1]), 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}/"
        serving.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def driver(html: Path) -> Iterator[webdriver.Chrome]:
    """One browser for all tests of a worker."""
    options = Options()
    for argument in QUIET:
        options.add_argument(argument)
    options.binary_location = found("CHROME", ("google-chrome", "chromium", "chromium-browser"))
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    service = Service(found("CHROMEDRIVER", ("chromedriver",)))
    try:
        started = webdriver.Chrome(options=options, service=service)
    except WebDriverException as error:
        pytest.skip(f"the browser does not start: {error.msg}")
    started.set_script_timeout(120)
    # What a page's policy forbids, from the first line of the page on.
    listen = (
        "window.forbidden = []; document.addEventListener('securitypolicyviolation', (event) =>"
        "  forbidden.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));"
    )
    started.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": listen})
    yield started
    started.quit()


@pytest.fixture
def browser(driver: webdriver.Chrome, address: str) -> webdriver.Chrome:
    """The browser as a new reader has it: light, wide, nothing remembered, nothing logged."""
    driver.get(address + "_static/pygments.css")  # an empty page of the site, whose memory it is
    driver.execute_script("localStorage.clear(); sessionStorage.clear()")
    resize(driver, DESKTOP)
    prefer(driver, "light")
    logged(driver)
    driver.get_log("browser")
    return driver


def resize(driver: webdriver.Chrome, size: tuple[int, int]) -> None:
    """Make the window as large as a screen."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def prefer(driver: webdriver.Chrome, theme: str) -> None:
    """Let the system ask for a light or a dark theme, and do without transitions."""
    wishes = {"prefers-color-scheme": theme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in wishes.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def logged(driver: webdriver.Chrome) -> list[dict[str, Any]]:
    """Events of the network since the last call."""
    return [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]


def settle(driver: webdriver.Chrome) -> None:
    """Wait until formulas are set, and the theme has seen it: it waits 0.3 s before it looks."""
    driver.execute_async_script(
        "const end = arguments[0], math = window.MathJax?.startup?.promise;"
        "Promise.resolve(math).then(() => requestAnimationFrame(() => setTimeout(end, 400)))"
    )


def watch(driver: webdriver.Chrome, page: str, url: str) -> Visit:
    """Open a page and keep what it asked for and what went wrong."""
    driver.get(url)
    settle(driver)
    visit = Visit(page)
    for event in logged(driver):
        told = event["params"]
        request = told.get("requestId")
        if event["method"] == "Network.requestWillBeSent":
            visit.requests[request] = told["request"]["url"]
        if event["method"] == "Network.responseReceived":
            visit.statuses[told["response"]["url"]] = told["response"]["status"]
        if event["method"] == "Network.dataReceived":
            name = visit.requests.get(request, request)
            visit.weights[name] = visit.weights.get(name, 0) + told["dataLength"]
    visit.forbidden = driver.execute_script("return window.forbidden")
    visit.errors = [
        entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"
    ]
    return visit


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that looks for barriers."""
    for file in files("axe-playwright-python") or ():
        if file.name == "axe.min.js":
            return Path(str(file.locate())).read_text(encoding="utf-8")
    pytest.fail("the package axe-playwright-python holds no axe.min.js")


@pytest.fixture(scope="session")
def script() -> Callable[[str], str]:
    """Read a script that asks a page something."""
    return lambda name: (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session", params=PAGES or ["none"])
def visit(
    request: pytest.FixtureRequest,
    driver: webdriver.Chrome,
    address: str,
    axe: str,
    script: Callable[[str], str],
) -> Visit:
    """What the browser saw of each page, opened once for all questions."""
    resize(driver, DESKTOP)
    prefer(driver, "light")
    driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    logged(driver)
    seen = watch(driver, request.param, address + request.param)
    seen.facts = driver.execute_script(script("facts"))
    driver.execute_script(axe)
    driver.execute_script(script("without_glyphs"))
    for question in ("structure", "light", "dark"):
        prefer(driver, "dark" if question == "dark" else "light")
        told = driver.execute_async_script(script("barriers"), question)
        seen.violations[question] = told
    prefer(driver, "light")
    # What is too wide stands out only after the formulas are set again, on a page as it was.
    resize(driver, PHONE)
    driver.refresh()
    settle(driver)
    seen.facts |= driver.execute_script(script("width"))
    resize(driver, DESKTOP)
    logged(driver)
    driver.get_log("browser")
    return seen
