"""`fire-risk doctor`: what the home has lost, each loss with what to do, and the safe ones mended.

`--repair` does what `fire-risk reconcile` does, for the models of which something can be put right
so: what MLflow shows follows the ledger again, and a move made by hand gets its `repair` row.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from fire_risk_assets.cli.commands import Command, Invocation, operator, shared_options
from fire_risk_assets.cli.exit_codes import DONE, REFUSED, exit_code
from fire_risk_assets.core.wording import as_sentence, counted
from fire_risk_assets.errors import FireRiskError, UsageError

if TYPE_CHECKING:
    from fire_risk_assets.actions.diagnose import Diagnosis
    from fire_risk_assets.core.diagnosis.finding import Finding

SHOWN = 5
"""Findings of one number that are told one by one to people; the document has them all."""


@dataclass(slots=True)
class _Repair:
    """What was put right, and what ended in an error instead, by model."""

    actions: list[str] = field(default_factory=list)
    failures: dict[str, FireRiskError] = field(default_factory=dict)


@click.command(cls=Command)
@click.option("--repair", is_flag=True, help="Put right what is safe: alias and stages in MLflow.")
@click.option("--full", is_flag=True, help="Hash all files, rebuild all rows, judge all again.")
@click.option("--yes", is_flag=True, help="Do not ask (with --repair).")
@shared_options
@click.pass_obj
def doctor(call: Invocation, *, repair: bool, full: bool, yes: bool) -> int:
    """Look for everything the home may have lost, and say what to do about it."""
    if yes and not repair:
        raise UsageError("--yes answers the question of --repair; give both or neither.")
    from fire_risk_assets.cli.findings import remark_failures
    from fire_risk_assets.wiring import open_readers

    open_readers(call.settings)
    if repair:
        call.require_answer(yes=yes)
    found = _diagnosed(call, full=full)
    done = _Repair()
    if repair and found.repairable:
        _ask(call, found, yes=yes)
        done = _repaired(call, found.repairable)
        found = _diagnosed(call, full=full)
    call.output.answer(_document(found, done, full=full), lambda: _blocks(call, found, done))
    remark_failures(call, done.failures)
    codes = [exit_code(fact) for fact in done.failures.values()]
    return max([*codes, DONE if found.healthy else REFUSED])


def _diagnosed(call: Invocation, *, full: bool) -> "Diagnosis":
    from fire_risk_assets.defs.health import diagnose_settings

    with _telling(call, full=full) as told:
        return diagnose_settings(call.settings, full=full, told=told)


@contextmanager
def _telling(call: Invocation, *, full: bool) -> Iterator[Callable[[str], None]]:
    """Show progress where it takes long; a default look is over before one could read it."""
    if not full:
        with call.output.working("Looking at the home"):
            yield lambda _: None
        return
    # The models twice (files, comparisons), rows by tenths, and the steps around them.
    steps = 2 * len(call.settings.models) + 14
    with call.output.progress(steps, "Looking at the home") as step:
        yield step


def _ask(call: Invocation, found: "Diagnosis", *, yes: bool) -> None:
    safe = [each for each in found.findings if each.repairable]
    for each in safe:
        call.output.remark(as_sentence(f"To be put right: {each}"))
    if not yes:
        call.confirm(f"Bring MLflow into line with the ledger for {', '.join(found.repairable)}?")


def _repaired(call: Invocation, models: list[str]) -> _Repair:
    """Reconcile each model; one model's damage keeps no other from being put right."""
    from fire_risk_assets.actions.recover import recover
    from fire_risk_assets.wiring import open_world

    world, done = open_world(call.settings), _Repair()
    for name in models:
        try:
            recovered = recover(name, world, actor=operator())
        except FireRiskError as fact:
            done.failures[name] = fact
        else:
            done.actions += [f"{name}: {action}" for action in recovered.actions]
    return done


def _document(found: "Diagnosis", done: _Repair, *, full: bool) -> dict[str, Any]:
    from fire_risk_assets.core.redaction import redacted

    return {
        "healthy": found.healthy,
        "full": full,
        "findings": [each.to_json() for each in found.findings],
        "unexamined": found.unexamined,
        "checked": found.checked,
        "repaired": done.actions,
        "failures": {
            name: {"error": redacted(str(fact)), "remedy": redacted(fact.remedy)}
            for name, fact in done.failures.items()
        },
    }


def _blocks(call: Invocation, found: "Diagnosis", done: _Repair) -> Iterable[str]:
    yield from (as_sentence(f"Put right: {action}") for action in done.actions)
    looked = (f"{name.replace('_', ' ')} {count:,}" for name, count in found.checked.items())
    yield f"Looked at: {', '.join(looked)}."
    yield from (as_sentence(f"NOT looked at: {each}") for each in found.unexamined)
    if found.healthy:
        yield "Nothing is wrong."
        return
    yield f"{counted(len(found.findings), 'finding')}:"
    by_code: dict[str, list[Finding]] = {}
    for each in found.findings:
        by_code.setdefault(each.code, []).append(each)
    for several in by_code.values():
        yield from (as_sentence(str(each)) for each in several[:SHOWN])
        if len(several) > SHOWN:
            yield f"{several[0].code}: … and {len(several) - SHOWN} more; --json has them all."
        may = " `fire-risk doctor --repair` does so." if several[0].repairable else ""
        yield f"  {call.typed(several[0].remedy + may)}"
