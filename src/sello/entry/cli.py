"""The command line: one command per thing a person or a machine does with sello."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from sello.shared.errors import Refused, sentence

app = typer.Typer(
    name="sello",
    help="Digital stamp cards for small shops.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
jobs = typer.Typer(help="Background jobs: what is held, and putting it back.", no_args_is_help=True)
app.add_typer(jobs, name="jobs")
simulator = typer.Typer(help="Stand-ins for services outside, for development and tests.", no_args_is_help=True)
app.add_typer(simulator, name="simulator")


@app.command()
def up() -> None:
    """Run everything in the foreground: servers, API, worker (what `make run` does)."""
    from sello.entry import supervisor

    raise SystemExit(supervisor.up())


@app.command()
def api(
    port: Annotated[int, typer.Option(help="Port on loopback")] = 8000,
    workers: Annotated[int, typer.Option(help="Processes")] = 2,
) -> None:
    """Run the API alone; settings come from the environment."""
    import uvicorn

    from sello.entry import watching
    from sello.entry.settings import load

    settings = load()  # a wrong setting is said once, before any process starts
    watching.set_up(level=settings.log_level, metrics_ids=settings.metrics_ids)
    uvicorn.run(
        "sello.entry.http:create_app", factory=True, host="127.0.0.1", port=port, workers=workers,
        loop="sello.entry.serving:Loop", http="sello.entry.serving:OneWrite", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=10, log_config=None, limit_concurrency=2000,
    )  # fmt: skip


@app.command()
def worker() -> None:
    """Run the worker alone: relay, jobs, schedules."""
    from sello.entry.settings import load
    from sello.entry.worker import run_worker

    run_worker(load())


@app.command()
def migrate(
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of running it")] = False,
) -> None:
    """Bring the database to the newest revision, as sello_owner."""
    from sello.infrastructure.database.migrate import printed, upgrade

    if sql:
        print(printed())
        return
    from sello.entry.settings import load

    owner = load().database_owner_url
    if owner is None:
        _fail("DATABASE_OWNER_URL is needed to migrate: the address of sello_owner.")
    upgrade(owner)


@app.command()
def demo() -> None:
    """Fill an empty installation with Café Luna and Bodega Sol: three months of visits and their people."""
    from sello.entry.settings import load
    from sello.entry.world import fill

    asyncio.run(fill(load()))


@app.command("id")
def make_id() -> None:
    """Print a fresh id (UUIDv7): what a client makes before its first try."""
    from sello.shared.ids import new_id

    print(new_id())


@app.command()
def laws() -> None:
    """Look for broken laws; prints each and exits with 1 when there is one."""
    from sello.entry.settings import load
    from sello.infrastructure.database.laws import broken

    rows = broken(_laws_url(load().database_laws_url))
    if not rows:
        Console().print("Every law holds.")
        return
    table = Table("law", "key", "detail", title=f"{len(rows)} broken")
    for row in rows[:200]:
        table.add_row(row.law, row.key, row.detail)
    Console().print(table)
    raise SystemExit(1)


@app.command()
def analyze(
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day, in each shop's zone")] = None,
    business: Annotated[str | None, typer.Option(help="Address (slug) of one shop; all without it")] = None,
) -> None:
    """Count shops anew from their ledgers and print their numbers as of a day; twice gives the same."""
    from sello.entry import analysis
    from sello.entry.settings import load

    day = as_of.date() if as_of else None
    lines = asyncio.run(analysis.analyze(load(), as_of=day, slug=business))
    # In a pipe the table is as wide as it likes: what reads it there does not wrap.
    Console(width=None if sys.stdout.isatty() else 160).print(analysis.table_of(lines))


@app.command("import")
def import_file(
    kind: Annotated[Literal["customers", "visits"], typer.Argument(help="What the lines are")],
    file: Annotated[Path, typer.Argument(help="A CSV with a header; see docs/moving-in.md")],
    business: Annotated[str, typer.Option(help="Address (slug) of the shop")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is wrong and what would be new")] = False,
    count_stamps: Annotated[bool, typer.Option("--count-stamps", help="Visits are stamps, with rewards")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave wrong lines out, import the others")] = False,
) -> None:
    """Bring customers or past visits along; again changes nothing. Exits with 1 when a wrong line stopped it."""
    from sello.domains.loyalty import Order
    from sello.entry import moving
    from sello.entry.settings import load

    order = Order(kind, dry_run=dry_run, count_stamps=count_stamps, skip_bad=skip_bad)
    out, progress = Console(width=None if sys.stdout.isatty() else 160), Console(stderr=True)
    try:
        moved = asyncio.run(moving.import_file(load(), business, file, order, console=progress))
    except moving.Unreadable as unreadable:
        _fail(str(unreadable))
    for problem in moving.problems_of(moved):
        out.print(problem)
    out.print(moving.summary_of(moved, order))
    if not moved.went_well:
        raise SystemExit(1)


@app.command("replay-ledger")
def replay_ledger() -> None:
    """Prove every card: replay its ledger from the first entry and compare; exits with 1 on a difference."""
    from sello.domains.loyalty import replay
    from sello.entry.settings import load

    differences = replay(_laws_url(load().database_laws_url))
    if not differences:
        Console().print("Every card equals its ledger.")
        return
    for difference in differences[:200]:
        Console().print(str(difference))
    raise SystemExit(1)


@app.command("export-shop")
def export_shop(
    slug: Annotated[str, typer.Argument(help="Address (slug) of the shop, open or closed")],
    file: Annotated[Path, typer.Argument(help="The archive to write")],
) -> None:
    """Write everything of a shop into one archive that another sello can import."""
    from sello.entry import relocation
    from sello.entry.settings import load

    relocation.say_exported(file, relocation.exported(load(), slug, file))


@app.command("import-shop")
def import_shop(
    file: Annotated[Path, typer.Argument(help="An archive of `sello export-shop`", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do it all, then take it back")] = False,
    slug: Annotated[str | None, typer.Option(help="Another address for the shop, where its own is taken")] = None,
    owner: Annotated[str | None, typer.Option(help="E-mail of one more owner")] = None,
) -> None:
    """Put the shop of an archive here, all of it or nothing; prints where its owners set their password."""
    from sello.entry import relocation
    from sello.entry.settings import load

    done = relocation.imported(load(), file, slug=slug, owner=owner, dry_run=dry_run)
    relocation.say_imported(done, dry_run=dry_run)


@app.command("reapply-erasures")
def reapply_erasures() -> None:
    """After a backup was restored: erase again everybody who had been erased since; may be run again."""
    from sello.entry.people import erase_again
    from sello.entry.settings import load

    listed, erased = asyncio.run(erase_again(load()))
    Console().print(f"{listed} on the list of erasures, {erased} erased again.")


@app.command()
def openapi(*, limits: Annotated[bool, typer.Option(help="Only the limits that forms keep to.")] = False) -> None:
    """Print the API's OpenAPI document."""
    from sello.entry.http import create_app
    from sello.entry.openapi import limits_of
    from sello.entry.settings import Settings

    unused = "postgresql://nobody@127.0.0.1/none"
    settings = Settings(
        database_url=unused, database_platform_url=unused, redis_url="redis://127.0.0.1/0",
        jwt_secret="only to print the contract, never served", data_key="only to print the contract, never served",
    )  # fmt: skip
    document = create_app(settings).openapi()
    json.dump(limits_of(document) if limits else document, sys.stdout, indent=1, ensure_ascii=False)
    print()


@app.command("create-admin")
def create_admin(
    email: Annotated[str, typer.Argument(help="E-mail of the platform admin")],
    name: Annotated[str, typer.Option(help="Name")] = "Admin",
) -> None:
    """Create a platform admin; asks for the password, prints the second factor's address for an authenticator app."""
    from sello.entry.people import create_platform_admin
    from sello.entry.settings import load

    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    print(asyncio.run(create_platform_admin(load(), email=email, name=name, password=password)))


@jobs.command("held")
def jobs_held() -> None:
    """List jobs that failed too often and wait for a person."""
    from sello.entry.people import held_jobs
    from sello.entry.settings import load

    table = Table("job", "what", "attempts", "held at", "last error")
    for job in asyncio.run(held_jobs(load())):
        table.add_row(str(job.id), job.entrypoint, str(job.attempts), f"{job.held_at:%Y-%m-%d %H:%M}", job.error or "")
    Console().print(table)


@jobs.command("requeue")
def jobs_requeue(job: Annotated[int, typer.Argument(help="Number of the held job")]) -> None:
    """Put a held job back into its queue."""
    from sello.entry.people import requeue_job
    from sello.entry.settings import load

    asyncio.run(requeue_job(load(), job))
    Console().print(f"Job {job} is queued again.")


@simulator.callback()
def simulators() -> None:
    """Stand-ins for services outside; each is a process of its own, on loopback alone."""


@simulator.command("whatsapp")
def simulate_whatsapp(
    port: Annotated[int, typer.Option(help="Port on loopback")] = 8025,
    folder: Annotated[Path | None, typer.Option(help="Where its ledger lies; SELLO_HOME/whatsapp without it")] = None,
    lifelike: Annotated[bool, typer.Option(help="Take as long as people do, and read when the chat is opened")] = False,
) -> None:
    """Play Twilio and the phones behind it, with a page where a person answers; settings come from TWILIO_*."""
    from sello.entry import simulating

    simulating.whatsapp(port=port, folder=folder, lifelike=lifelike)


@simulator.command("apple")
def simulate_apple(
    port: Annotated[int, typer.Option(help="Port of the phones' page on loopback")] = 8027,
    apns_port: Annotated[int, typer.Option(help="Port of Apple's push service on loopback")] = 8028,
    folder: Annotated[
        Path | None, typer.Option(help="Where phones and ledger lie; SELLO_HOME/apple without it")
    ] = None,
    lifelike: Annotated[bool, typer.Option(help="Take as long as phones do")] = False,
) -> None:
    """Play Apple's push service and iPhones with their Wallet; settings come from APPLE_* and APNS_*."""
    from sello.entry import simulating

    simulating.apple(port=port, apns_port=apns_port, folder=folder, lifelike=lifelike)


@simulator.command("google")
def simulate_google(
    port: Annotated[int, typer.Option(help="Port on loopback")] = 8026,
    folder: Annotated[Path | None, typer.Option(help="Its ledger's folder; else SELLO_HOME/google-wallet")] = None,
    lifelike: Annotated[bool, typer.Option(help="Take as long as Google does")] = False,
) -> None:
    """Play Google Wallet and the phones behind it, with a page that saves a card; settings: GOOGLE_WALLET_*."""
    from sello.entry import simulating

    simulating.google(port=port, folder=folder, lifelike=lifelike)


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 1."""
    try:
        app()
    except Refused as refused:
        print(f"sello: {sentence(refused.code, 'en', refused.facts)}", file=sys.stderr)
        raise SystemExit(1) from None


def _laws_url(url: str | None) -> str:
    return url or _fail("DATABASE_LAWS_URL is needed: the address of sello_laws.")


def _fail(sentence: str) -> NoReturn:
    print(f"sello: {sentence}", file=sys.stderr)
    raise SystemExit(2)
