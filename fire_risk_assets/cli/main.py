"""The entry point of `fire-risk`, and its last line: every ending is a sentence and an exit code.

Commands raise facts and return codes; only this file turns them into what a shell sees.
"""

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import IO

import click

from fire_risk_assets.cli.archives import export_incident, verify
from fire_risk_assets.cli.as_typed import program
from fire_risk_assets.cli.changing import cycle, ingest, simulate
from fire_risk_assets.cli.commands import Invocation, Sections, shared_options
from fire_risk_assets.cli.doctor import doctor
from fire_risk_assets.cli.engine import engine
from fire_risk_assets.cli.exit_codes import (
    DONE,
    FAILED,
    INTERRUPTED,
    REFUSED,
    USAGE,
    exit_code,
    fact_behind,
)
from fire_risk_assets.cli.investigating import investigate
from fire_risk_assets.cli.operating import promote, reconcile, rollback
from fire_risk_assets.cli.quarantine import quarantine
from fire_risk_assets.cli.reading import at, history, models, status
from fire_risk_assets.cli.render import Output
from fire_risk_assets.cli.reproducing import reproduce
from fire_risk_assets.cli.run import run
from fire_risk_assets.cli.scoring import score
from fire_risk_assets.cli.servers import ui
from fire_risk_assets.cli.site import site
from fire_risk_assets.core.plain_text import plain
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import FireRiskError, StepFailed


class FireRisk(Sections):
    """The top of the command line."""

    sections = (
        (
            "Read",
            (
                *("status", "history", "at", "models", "investigate", "export-incident", "verify"),
                *("reproduce", "doctor", "site"),
            ),
        ),
        (
            "Change",
            (
                *("run", "cycle", "score", "ingest", "quarantine", "simulate"),
                *("promote", "rollback", "reconcile", "engine"),
            ),
        ),
        ("Serve", ("ui",)),
    )


@click.group(
    cls=FireRisk,
    commands=[
        status,
        history,
        at,
        models,
        investigate,
        export_incident,
        verify,
        reproduce,
        doctor,
        site,
        run,
        cycle,
        score,
        ingest,
        quarantine,
        simulate,
        promote,
        rollback,
        reconcile,
        engine,
        ui,
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="fire_risk_assets", prog_name="fire-risk")
@shared_options
def fire_risk() -> None:
    """Retrain fire-risk models, judge each candidate honestly, record every decision."""


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    sys.exit(ended(sys.argv[1:]))


def ended(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing is raised."""
    # Even an argument that cannot be parsed is answered in JSON when JSON was asked for.
    wanted = "--json" in arguments
    call = Invocation(Output(as_json=wanted, answers=sys.stdout, remarks=sys.stderr))
    try:
        code = fire_risk.main(
            args=list(arguments), prog_name=program(), standalone_mode=False, obj=call
        )
        return code if isinstance(code, int) else DONE
    except Exception as ending:  # noqa: BLE001  (the last line: no traceback reaches a person)
        return _after(ending, call)


def _after(ending: Exception, call: Invocation) -> int:
    if isinstance(ending, StepFailed) and isinstance(ending.__cause__, Exception):
        return _unexpected(call, ending.__cause__)
    if isinstance(ending, FireRiskError):
        interrupted = isinstance(ending.__cause__, KeyboardInterrupt)
        code = INTERRUPTED if interrupted else exit_code(ending)
        return _told(call, str(ending), ending.remedy, code)
    if isinstance(ending, click.Abort):
        interrupted = isinstance(ending.__cause__, KeyboardInterrupt)
        said = ("Interrupted.", "Repeat the command: it goes on.", INTERRUPTED)
        return _told(call, *(said if interrupted else ("Nothing was changed.", "", REFUSED)))
    if isinstance(ending, click.ClickException):
        return _misused(call, ending)
    if isinstance(ending, BrokenPipeError):
        # The reader of our output has left (`| head`); a second failure at exit would be noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return _unexpected(call, ending)


def _writable(stream: IO[str] | None) -> bool:
    try:
        if stream is None:
            return False
        stream.write("")
        stream.flush()
    except (OSError, ValueError):
        return False
    return True


def _unheard(call: Invocation) -> Invocation:
    """Return the invocation with its answers thrown away: what is buffered would fail again."""
    nowhere = StringIO()
    sys.stdout = nowhere
    return replace(call, output=replace(call.output, as_json=False, answers=nowhere))


def _misused(call: Invocation, ending: click.ClickException) -> int:
    where = ending.ctx if isinstance(ending, click.UsageError) else None
    see = f"See `{where.command_path if where else program()} --help`."
    if not isinstance(ending, click.exceptions.NoArgsIsHelpError):
        return _told(call, ending.format_message(), see, USAGE)
    if call.output.as_json:
        return _told(call, "No command was given.", see, USAGE)
    call.output.page(ending.format_message())
    return USAGE


def _told(call: Invocation, sentence: str, remedy: str, code: int) -> int:
    sentence, remedy = redacted(sentence), redacted(call.typed(remedy))
    if call.output.as_json:
        call.output.answer(
            {"error": plain(sentence), "remedy": plain(remedy), "exit_code": code}, lambda: ()
        )
    else:
        call.output.remark(f"fire-risk: {sentence}")
        if remedy:
            call.output.remark(f"  {remedy}")
    return code


def _unexpected(call: Invocation, cause: Exception) -> int:
    if not _writable(sys.stdout):
        return _told(_unheard(call), "The answer cannot be written to standard output.", "", FAILED)
    fact = fact_behind(cause)
    if call.debug:
        call.output.trace(cause)
    if fact is not None:
        return _told(call, str(fact), fact.remedy, exit_code(fact))
    log = None if call.debug else _logged(call, cause)
    remedy = f"The whole error is in {log}." if log else "Repeat with --debug to see where."
    text = redacted((str(cause).strip().splitlines() or ["no message"])[0])
    return _told(call, f"Failed with {type(cause).__name__}: {text[:200]}", remedy, FAILED)


class _Redacting(logging.Formatter):
    """A traceback holds what libraries say, which may be the address with its password."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def _logged(call: Invocation, cause: Exception) -> Path | None:
    try:
        home = call.settings.home
        if not home.is_dir():
            return None
        path = home / "fire-risk.log"
        handler = logging.FileHandler(path, encoding="utf-8")
    except (FireRiskError, OSError):
        return None
    handler.setFormatter(_Redacting("%(asctime)s %(message)s"))
    record = logging.makeLogRecord(
        {"msg": "fire-risk failed", "exc_info": (type(cause), cause, cause.__traceback__)}
    )
    handler.emit(record)
    handler.close()
    return path
