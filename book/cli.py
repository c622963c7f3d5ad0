"""The command `companion`."""

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from book import doctor as checks
from book import report, seeds
from book import verify as published
from book.chapters import check_profile, read_chapters, select
from book.course.cli import course
from book.inputs import is_current
from book.interrupts import interruptible
from book.ledger import collect, failures, write_ledger
from book.pdf import BrowserError, make_pdf
from book.project import PROFILES, PUBLISHED, BookError, Project, find_project, remove, trouble
from book.runs import Run, fetch_data, fetch_named, plan_runs
from book.site import build_site, server
from book.tasks import Outcome, run_all
from book.workplace import alone_in
from lib import datasets

FAILED, USAGE, SIGNALLED = 1, 2, 128
KEPT = "what is finished of the book is kept; call it again"

profile_option = click.option(
    "--profile", default=PUBLISHED, metavar="NAME", help=f"One of {', '.join(PROFILES)}."
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=min(2, os.cpu_count() or 1),
    show_default=True,
    help="How many chapters to run at a time.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def companion() -> None:
    """Run the chapters, judge their claims, bind the book.

    Ends with status 0 if all is well, 1 if a claim or a chapter failed, 2 if it was called wrongly
    or the machine refused.
    """


@companion.command("list")
@profile_option
@json_option
def list_(profile: str, *, as_json: bool) -> None:
    """List the chapters: part, last run and whether something changed since, seconds, claims."""
    ledger = _last(find_project(), profile)
    if as_json:
        click.echo(json.dumps(ledger["chapters"], indent=1, ensure_ascii=False))
    else:
        report.chapters(Console(), ledger)


@companion.command()
@click.argument("chapters", nargs=-1, required=True)
@profile_option
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter; the outputs then go to build/runs/ and the book's stay as they are.",
)
@click.option("--force", is_flag=True, help="Execute also chapters of which nothing changed.")
@jobs_option
@json_option
def run(
    chapters: tuple[str, ...],
    profile: str,
    settings: tuple[str, ...],
    jobs: int,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Run CHAPTERS and show their claims."""
    project = find_project()
    runs = plan_runs(project, select(read_chapters(project), chapters), profile, settings)
    fetch_data(runs, progress=not as_json)
    outcomes = _run_alone(runs, jobs, force=force, as_json=as_json)
    good = [outcome.run for outcome in outcomes if outcome.state != "failed"]
    ledger = collect(good)
    if as_json:
        click.echo(json.dumps(ledger["claims"], indent=1, ensure_ascii=False))
    else:
        report.cards(Console(), ledger)
        for outcome in outcomes:
            click.echo(report.told(outcome))
        report.verdict(Console(), ledger)
    _end(outcomes, ledger)


@companion.command()
@profile_option
@jobs_option
@click.option(
    "--solutions/--no-solutions",
    default=True,
    show_default=True,
    help="Whether pages show the solutions of exercises; without, no trace of them is left.",
)
def build(profile: str, jobs: int, *, solutions: bool) -> None:
    """Run every chapter that changed, judge every claim, make the site in build/html and the PDF.

    There is one site, of the profile that was built last; the published one is `standard`. Without
    a browser there is no PDF, and all else is made.
    """
    project = find_project()
    runs = plan_runs(project, select(read_chapters(project), ()), profile)
    fetch_data(runs, progress=True)
    with alone_in(project.build):
        _build(project, runs, jobs, solutions=solutions)


def _run_alone(runs: Sequence[Run], jobs: int, *, force: bool, as_json: bool) -> Sequence[Outcome]:
    with ExitStack() as alone:
        for folder in sorted({run.workplace for run in runs}):
            alone.enter_context(alone_in(folder))
        with report.progress(as_json=as_json) as progress:
            return run_all(runs, jobs, progress, force=force)


def _build(project: Project, runs: Sequence[Run], jobs: int, *, solutions: bool) -> None:
    with report.progress() as progress:
        outcomes = run_all(runs, jobs, progress)
    for outcome in outcomes:
        click.echo(report.told(outcome))
    if any(outcome.state == "failed" for outcome in outcomes):
        click.echo("the site was not made anew, since a chapter failed", err=True)
        _end(outcomes, collect([]))
    ledger = collect(runs)
    write_ledger(project, ledger)
    made = build_site(project, runs, solutions=solutions)
    click.echo(f"site: {'made' if made else 'current'}, {project.html / 'index.html'}")
    try:
        _pdf(project)
    except BrowserError as error:
        click.echo(f"pdf: not made, {error}")
    if ledger["profile"] != PUBLISHED:
        click.echo(
            f"the site now shows the profile {ledger['profile']}; companion build makes it anew"
        )
    report.verdict(Console(), ledger)
    _end(outcomes, ledger)


@companion.command()
def pdf() -> None:
    """Print the site that was built into a PDF, by Chromium or Chrome.

    The environment variable COMPANION_BROWSER names another program of that family.
    """
    project = find_project()
    with alone_in(project.build):
        _pdf(project)


@companion.command()
@profile_option
@json_option
def check(profile: str, *, as_json: bool) -> None:
    """Judge the claims of the last build without running anything.

    Chapters of which something has changed since they ran are named.
    """
    ledger = _last(find_project(), profile)
    if not as_json and not any(chapter["run"] for chapter in ledger["chapters"]):
        raise BookError(f"no chapter was run in the profile {profile}; begin with companion run")
    if as_json:
        click.echo(json.dumps(ledger, indent=1, ensure_ascii=False))
    else:
        report.changed(Console(), ledger)
        report.verdict(Console(), ledger)
    _end([], ledger)


@companion.command()
@click.argument("chapters", nargs=-1)
@profile_option
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A ledger in place of build/claims.json, such as the claims.json of a published site.",
)
@click.option(
    "--seeds",
    "count",
    type=click.IntRange(min=1),
    metavar="N",
    help="Judge at N seeds which are not the published one, and compare with no ledger.",
)
@jobs_option
@json_option
def verify(
    chapters: tuple[str, ...],
    profile: str,
    against: Path | None,
    count: int | None,
    jobs: int,
    *,
    as_json: bool,
) -> None:
    """Run CHAPTERS, or all, anew in an empty folder and compare with the ledger of the last build.

    A claim is equal, has moved within its spread, or has drifted; ends with status 1 if one has
    drifted or is gone. With --seeds the seeds are the published one plus 100000, 200000 and so on,
    what ran stays under build/runs/, and status 1 says that a claim failed at some seed.
    """
    project = find_project()
    chosen = select(read_chapters(project), chapters)
    if count is not None and against is not None:
        raise BookError("--against names a ledger to compare with, and --seeds compares with none")
    if count is not None:
        _verify_seeds(seeds.plan_seeds(project, chosen, profile, count), jobs, as_json=as_json)
        return
    check_profile(profile)
    then = published.read_ledger(against or project.claims, profile, chosen)
    with alone_in(published.folder(project)):
        again = published.fresh(project)
        runs = plan_runs(again, chosen, profile)
        fetch_data(runs, progress=not as_json)
        with report.progress(as_json=as_json) as progress:
            outcomes = run_all(runs, jobs, progress)
        now = collect(runs)
        found = published.compare(then, now, chapters)
        if as_json:
            told = published.as_json(found, then, now)
            click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        else:
            published.show(Console(), found, then, now)
        _tell_failed(outcomes)
        if any(one.is_bad for one in found) or any(o.state == "failed" for o in outcomes):
            click.echo(f"what came out stays in {again.build} until the next call", err=True)
            sys.exit(FAILED)
        remove(again.build)


@companion.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """Tell whether this machine is ready, and if not, what to do.

    Ends with status 1 if something that the book needs is wrong; what is missing is optional.
    """
    found = []
    console = Console(highlight=False)
    for check in checks.examine(find_project()):
        found.append(check)
        if not as_json:
            console.print(checks.line(check), soft_wrap=True)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in found], indent=1, ensure_ascii=False))
    if any(check.state == "wrong" for check in found):
        sys.exit(FAILED)


@companion.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(port: int) -> None:
    """Serve build/html on this machine until interrupted."""
    with server(find_project(), port) as serving:
        click.echo(f"http://127.0.0.1:{serving.server_address[1]}/  (end with Ctrl-C)")
        with suppress(KeyboardInterrupt):
            serving.serve_forever()


@companion.command()
@click.argument("names", nargs=-1)
@json_option
def data(names: tuple[str, ...], *, as_json: bool) -> None:
    """List the datasets that have a name, or fetch NAMES to have them without a network.

    They are kept in a cache of the user, or where COMPANION_DATA says; COMPANION_MIRROR names a
    folder or an address to ask first.
    """
    fetch_named(names, progress=not as_json)
    entries = list(datasets.entries().values())
    if as_json:
        known = {entry.name: datasets.is_fetched(entry) for entry in entries}
        click.echo(json.dumps({"cache": str(datasets.cache_folder()), "fetched": known}, indent=1))
    else:
        report.data(Console(), entries)


companion.add_command(course)


def _last(project: Project, profile: str) -> dict[str, Any]:
    """The ledger of what ran last; of each chapter it tells whether something changed since."""
    runs = plan_runs(project, select(read_chapters(project), ()), profile)
    ledger = collect(runs)
    for chapter, run in zip(ledger["chapters"], runs, strict=True):
        chapter["changed"] = chapter["run"] is not None and not is_current(run)
    return ledger


def _pdf(project: Project) -> None:
    made = make_pdf(project)
    click.echo(f"pdf: {'made' if made else 'current'}, {project.pdf}")


def _verify_seeds(runs: Sequence[Run], jobs: int, *, as_json: bool) -> None:
    fetch_data(runs, progress=not as_json)
    outcomes = _run_alone(runs, jobs, force=False, as_json=as_json)
    found = seeds.tally(outcomes)
    if as_json:
        click.echo(json.dumps(seeds.as_json(found), indent=1, ensure_ascii=False))
    else:
        seeds.show(Console(), found)
    _tell_failed(outcomes)
    if any(one.failed for one in found):
        sys.exit(FAILED)


def _tell_failed(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.state == "failed":
            click.echo(report.failure(outcome), err=True)


def _end(outcomes: Sequence[Outcome], ledger: dict[str, Any]) -> None:
    _tell_failed(outcomes)
    if failures(ledger) or any(outcome.state == "failed" for outcome in outcomes):
        sys.exit(FAILED)


def main(arguments: Sequence[str] | None = None) -> None:
    """Call the command and turn what a person can mend into one line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process if not given.
    """
    call: Callable[..., Any] = companion.main
    try:
        with interruptible() as received:
            call(args=None if arguments is None else list(arguments), standalone_mode=False)
    except BookError as error:
        click.echo(f"companion: {error}", err=True)
        sys.exit(USAGE)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(USAGE)
    except click.ClickException as error:
        click.echo(f"companion: {error.format_message()}", err=True)
        sys.exit(USAGE)
    except OSError as error:
        click.echo(f"companion: {trouble(error)}; {KEPT} when that is mended", err=True)
        sys.exit(USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"companion: interrupted; {KEPT}", err=True)
        sys.exit(SIGNALLED + (received or [signal.SIGINT])[0])
