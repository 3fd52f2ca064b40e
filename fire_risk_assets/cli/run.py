"""`fire-risk run`: bring a home up to date, whatever state it is in; again it changes nothing.

An empty home gets the simulated park and its demonstration cycles. A home with data of its own
takes in what has landed and runs the cycle that is due. Then MLflow is compared with the ledger,
whether anything was owed or not: "up to date" says so of what serves too.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fire_risk_assets.cli.commands import DRY_RUN, Command, Invocation, operator, shared_options
from fire_risk_assets.cli.exit_codes import DONE, REFUSED, cycles_code, exit_code
from fire_risk_assets.cli.findings import findings_of, remark_failures, remark_findings
from fire_risk_assets.cli.landing_view import left_lying, refused_names
from fire_risk_assets.cli.render import Block
from fire_risk_assets.cli.run_plan import (
    as_documents,
    model_names,
    new_home,
    owed,
    owed_days,
    show_plan,
)
from fire_risk_assets.cli.run_view import done_blocks
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import FireRiskError

if TYPE_CHECKING:
    from fire_risk_assets.actions.score_batch import ScoredBatch
    from fire_risk_assets.adapters.home_document import HomeDocument
    from fire_risk_assets.core.ledger.row import LedgerRow
    from fire_risk_assets.core.owed_cycles import OwedCycle


@dataclass(slots=True)
class RunReport:
    """What a run did.

    Attributes:
        data: Summary of what was taken in, None when nothing was owed.
        refusals: Name and reason of each file refused now.
        refused_before: Names of files that lay there refused when the run began.
        landing: What lies in the landing folder at the end and was not taken in, by why.
        rows: Decisions made now.
        scored: Batches of predictions written now.
        registry: What MLflow showed at the end and what was put right there, one entry a model.
        failures: What ended a model's cycles, by model; its later cycles were not tried.
        site: Where the pages of the home were made again, None where they were not; or what ended
            that.
        left: The cycles that are owed still: those that ended so, and those that were not tried.
    """

    data: dict[str, Any] | None = None
    refusals: list[str] = field(default_factory=list)
    refused_before: list[str] = field(default_factory=list)
    landing: dict[str, list[str]] = field(default_factory=dict)
    rows: "list[LedgerRow]" = field(default_factory=list)
    scored: "list[ScoredBatch]" = field(default_factory=list)
    registry: list[dict[str, Any]] = field(default_factory=list)
    failures: dict[str, FireRiskError] = field(default_factory=dict)
    site: Path | FireRiskError | None = None
    left: "list[OwedCycle]" = field(default_factory=list)

    @property
    def findings(self) -> list[str]:
        """What no reconciliation mends, by model."""
        return findings_of(self.registry)


@click.command(cls=Command)
@DRY_RUN
@shared_options
@click.pass_obj
def run(call: Invocation, *, dry_run: bool) -> int:
    """Bring everything up to date: data, features, the cycles that are owed."""
    from fire_risk_assets.actions.batches import newest_batch, refusals_since
    from fire_risk_assets.actions.find_owed_data import data_is_owed
    from fire_risk_assets.wiring.landing import landed_files, open_intake

    if dry_run:
        return show_plan(call)
    home = _home_of(call)
    names = model_names(call)
    cycles = owed(call, home, names)
    if cycles and "until" in home.simulate:
        _supply_park(call, home)
    steps = len(cycles) + 2 + (len(names) if "until" in home.simulate else 0)
    store = open_intake(call.settings).store
    landed = landed_files(call.settings, remember=True)
    newest = newest_batch(store)
    report = RunReport(refused_before=refused_names(landed, store))
    with call.output.progress(steps, "Working") as step:
        if data_is_owed(landed, store):
            step("Taking in data and building features")
            report.data = _bring_data_up_to_date(call)
        for each in cycles:
            _one_cycle(call, each, report, step)
        _score_demo(call, home, names, report, step)
        _compare_registry(call, names, report)
        _make_site(call, report, step)
    # Of the record and not of the data step alone: a cycle takes in what landed meanwhile.
    report.refusals = refusals_since(newest, store)
    report.landing = left_lying(call.settings, store)
    _answer(call, home, names, report)
    return _end(report)


def _home_of(call: Invocation) -> "HomeDocument":
    """Return the home's facts, after making it when there is none."""
    from fire_risk_assets.errors import HomeUnusable
    from fire_risk_assets.wiring import find_home, prepare_home, require_changeable

    settings = call.settings
    if (home := find_home(settings)) is not None:
        # As each command that changes something: nothing may be owed, and the copy is one yet.
        require_changeable(settings)
        return home
    # Facts first, files after: killed in between, the next run finds the facts and goes on.
    facts = new_home(call).simulate
    prepare_home(settings, simulate=facts or None)
    if facts:
        call.output.remark(
            f"Empty home: simulating a park, {facts['start']} to {facts['until']}. For data of"
            f" your own put files under {settings.landing_folder} before the first run."
        )
    if (home := find_home(settings)) is None:
        raise HomeUnusable(f"The home {settings.home} vanished while it was made.")
    return home


def _supply_park(call: Invocation, home: "HomeDocument") -> None:
    from fire_risk_assets.cli.park import park_from
    from fire_risk_assets.wiring.landing import write_park

    write_park(park_from(home.simulate), call.settings.landing_folder, missing=True)


def _bring_data_up_to_date(call: Invocation) -> dict[str, Any]:
    from fire_risk_assets.defs.launch import bring_data_up_to_date

    return asdict(bring_data_up_to_date(call.settings))


def _one_cycle(
    call: Invocation, each: "OwedCycle", report: RunReport, step: Callable[[str], None]
) -> None:
    from fire_risk_assets.core.instants import midnight
    from fire_risk_assets.defs.launch import run_cycle

    if each.model_name in report.failures:
        report.left.append(each)
        return
    step(f"Cycle {each.day} of {each.model_name}")
    try:
        row = run_cycle(
            call.settings,
            each.model_name,
            cycle_id=each.day.isoformat(),
            as_of=midnight(each.day),
            actor=operator(),
        )
    except FireRiskError as fact:
        # One model's failure holds no other back; its own later cycles would stand on nothing.
        report.failures[each.model_name] = fact
        report.left.append(each)
        return
    report.rows.append(row)


def _score_demo(
    call: Invocation,
    home: "HomeDocument",
    names: tuple[str, ...],
    report: RunReport,
    step: Callable[[str], None],
) -> None:
    """Score the days of the simulated past that have a serving version, each as known then."""
    from fire_risk_assets.actions.score_batch import ScoreRequest
    from fire_risk_assets.core.scoring.batch import THEN
    from fire_risk_assets.core.wording import counted
    from fire_risk_assets.defs.launch import score_days

    for name, runs in owed_days(call, home, names).items():
        if name in report.failures:
            continue
        for days in runs:
            step(f"Scoring {counted(len(days), 'day')} by {name}")
            try:
                request = ScoreRequest(days=days, as_known=THEN)
                report.scored += score_days(call.settings, name, request)
            except FireRiskError as fact:
                report.failures[name] = fact
                break


def _compare_registry(call: Invocation, names: tuple[str, ...], report: RunReport) -> None:
    from fire_risk_assets.cli.reconciling import reconciled
    from fire_risk_assets.wiring import open_world

    world = open_world(call.settings)
    for name in names:
        if name in report.failures:
            continue
        try:
            found = reconciled(name, world, actor=operator(), adopt_because=None, dry_run=False)
        except FireRiskError as fact:
            report.failures[name] = fact
        else:
            report.registry.append(found)


def _make_site(call: Invocation, report: RunReport, step: Callable[[str], None]) -> None:
    from fire_risk_assets.defs.launch_site import bring_site_up_to_date

    try:
        report.site = bring_site_up_to_date(call.settings, step)
    except FireRiskError as fact:
        # What was decided stands without its pages.
        report.site = fact


def _answer(
    call: Invocation, home: "HomeDocument", names: tuple[str, ...], report: RunReport
) -> None:
    from fire_risk_assets.actions.status import status
    from fire_risk_assets.cli.scoring import batches_as_documents
    from fire_risk_assets.cli.status_view import status_blocks
    from fire_risk_assets.wiring import open_readers

    readers = open_readers(call.settings)
    found, site = status(names, readers.ledger, readers.references), report.site
    document = {
        "simulated": home.simulate or None,
        "data": report.data,
        "cycles": [row.to_json() for row in report.rows],
        "scored": batches_as_documents(report.scored),
        "owed": as_documents(report.left),
        "registry": report.registry,
        "landing": report.landing,
        "failures": {name: _as_document(call, fact) for name, fact in report.failures.items()},
        "site": _as_document(call, site) if isinstance(site, FireRiskError) else {"made": site},
        "status": [asdict(each) for each in found],
    }

    def blocks() -> list[Block]:
        return [*done_blocks(report), *status_blocks(found, call.settings, home, call.command)]

    call.output.answer(document, blocks)
    for refusal in report.refusals:
        call.output.remark(f"fire-risk: Refused {refusal}")
    remark_findings(call, report.findings)
    remark_failures(call, report.failures)
    if isinstance(site, FireRiskError):
        remark_failures(call, {"The site": site})


def _as_document(call: Invocation, fact: FireRiskError) -> dict[str, str]:
    return {"error": redacted(str(fact)), "remedy": call.typed(fact.remedy)}


def _end(report: RunReport) -> int:
    facts = [*report.failures.values()]
    if isinstance(report.site, FireRiskError):
        facts.append(report.site)
    if facts:
        return max(map(exit_code, facts))
    found = REFUSED if report.refusals or report.findings else DONE
    return max(found, cycles_code(row.kind for row in report.rows))
