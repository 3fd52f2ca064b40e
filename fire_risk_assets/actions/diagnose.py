"""Look for everything a home can lose: ledger, registry, runs, files, rows, tables, cycles.

Reads, changes nothing. By default every cycle is looked at in ledger, registry, runs and by the
names of its files; the newest versions that served also byte by byte, with the rows behind them
(`core/diagnosis/verified.py`). What cannot be looked at is named, never passed over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fire_risk_assets.actions.check_invariants import batch_findings, evidence_findings
from fire_risk_assets.actions.check_predictions import every_prediction_finding
from fire_risk_assets.actions.check_snapshots import Stood, rebuild_snapshots
from fire_risk_assets.actions.diagnose_model import (
    Looked,
    file_findings_of,
    found_of_model,
    looked_at,
    verify_files,
)
from fire_risk_assets.core.diagnosis.finding import Finding, findings_of
from fire_risk_assets.core.diagnosis.kept import wanted_runs
from fire_risk_assets.core.diagnosis.leftovers import left_runs
from fire_risk_assets.core.diagnosis.overdue import Overdue, overdue_findings
from fire_risk_assets.core.diagnosis.verified import decisions_to_rebuild
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.ledger.fold import is_cycle_decision
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.tables import every_table
from fire_risk_assets.core.tables.observed import BATCHES, REPORTS
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.ports import World

Told = Callable[[str], None]
_ROWS_FROM = (FEATURES, REPORTS, BATCHES)


@dataclass(slots=True)
class Diagnosis:
    """What was found, and how much was looked at.

    Attributes:
        findings: What is wrong; [] for a home that is whole.
        unexamined: What could not be looked at, and why.
        checked: How many of each were looked at.
    """

    findings: list[Finding] = field(default_factory=list)
    unexamined: list[str] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def repairable(self) -> list[str]:
        """The models of which something may be repaired."""
        names = (each.model_name for each in self.findings if each.repairable)
        return list(dict.fromkeys(name for name in names if name is not None))


def diagnose(
    specs: Mapping[str, ModelSpec],
    world: World,
    *,
    overdue: Mapping[str, Overdue],
    left_by_dagster: tuple[str, ...] = (),
    full: bool = False,
    told: Told = lambda _: None,
) -> Diagnosis:
    """Look at a home as a whole.

    Args:
        specs: The configured models.
        world: The adapters.
        overdue: By model: cycles its schedule promised that have no decision.
        left_by_dagster: What is said of Dagster's runs that were left over.
        full: Hash the files of all versions, rebuild the rows of all decisions, judge again.
        told: Called before each longer step.

    Raises:
        TableMissing: there is no ledger at all.
        RegistryUnavailable, LakeUnavailable: nothing can be said of what does not answer.
    """
    found = Diagnosis()
    told("Looking at the tables")
    lost = _tables(found, world)
    if REGISTRY_STATUS.name in lost:
        found.unexamined.append(
            "ledger, registry, runs, files and rows: registry_status cannot be read"
        )
        return found
    told("Looking at ledger and registry")
    models = looked_at(specs, world)
    _counted(found, models)
    _runs(found, models, left_by_dagster, world)
    for name, looked in models.items():
        found.findings += found_of_model(looked, world)
        found.findings += findings_of(name, overdue_findings(overdue.get(name, Overdue())))
    told("Looking at the files of the models")
    missing = file_findings_of(found.findings, models, world)
    found.checked["versions_hashed"] = verify_files(
        found.findings, models, missing, world, full=full, told=told
    )
    _rows(found, models, lost, world, full=full, told=told)
    told("Looking at batches and predictions")
    _data(found, models, lost, world)
    if full:
        _evidence(found, specs, lost, world, told)
    found.findings.sort(key=_order)
    return found


def _order(finding: Finding) -> tuple[str, int]:
    return finding.model_name or "", int(finding.code[1:])


def _tables(found: Diagnosis, world: World) -> set[str]:
    """Tell which tables lack files or cannot be opened; returns their names."""
    lost = set()
    for table in every_table():
        try:
            missing = world.tables.missing_files(table)
        except StoreBroken as fact:
            said = str(fact)
        else:
            if not missing:
                continue
            said = (
                f"of the data files that the log of table {table.name} names, {len(missing)}"
                f" {'is' if len(missing) == 1 else 'are'} missing, e.g. {missing[0]}"
            )
        lost.add(table.name)
        found.findings += findings_of(None, [Invariant.TABLE_FILES.broken(said)])
    found.checked["tables"] = len(every_table())
    return lost


def _counted(found: Diagnosis, models: Mapping[str, Looked]) -> None:
    found.checked |= {
        "models": len(models),
        "rows": sum(len(each.rows) for each in models.values()),
        "cycles": sum(is_cycle_decision(row) for each in models.values() for row in each.rows),
        "versions": sum(len(each.versions) for each in models.values()),
    }


def _runs(
    found: Diagnosis, models: Mapping[str, Looked], left: tuple[str, ...], world: World
) -> None:
    """Tell runs that are gone, and those that were left over."""
    runs = world.registry.runs()
    known = {run.run_id for run in runs}
    wanted = {name: wanted_runs(each.rows, each.versions) for name, each in models.items()}
    named = set().union(*wanted.values())
    for each in models.values():
        # Those of other experiments are asked for one by one, and so is what may be gone.
        each.gone_runs = {
            run_id for run_id in wanted[each.name] - known if not world.registry.has_run(run_id)
        }
    dagster_runs = {row.dagster_run_id for each in models.values() for row in each.rows} - {None}
    said = left_runs(
        runs,
        named=named,
        dagster_runs={run_id for run_id in dagster_runs if run_id},
        now=world.clock.now(),
    )
    found.findings += findings_of(None, [*said, *map(Invariant.RUN_USED.broken, left)])
    found.checked["runs"] = len(runs)


def _rows(
    found: Diagnosis,
    models: Mapping[str, Looked],
    lost: set[str],
    world: World,
    *,
    full: bool,
    told: Told,
) -> None:
    """Rebuild the rows of decisions, where the tables they are made of can be read."""
    if unread := sorted(lost & {table.name for table in _ROWS_FROM}):
        found.unexamined.append(f"the rows decisions stood on: {', '.join(unread)} cannot be read")
        return
    wanted = [
        Stood(spec=each.spec, row=row, before=each.rows[: each.rows.index(row)])
        for each in models.values()
        if each.spec is not None
        for row in decisions_to_rebuild(each.rows, full=full)
    ]
    rebuilt = rebuild_snapshots(wanted, world, told)
    for name, said in rebuilt.findings:
        found.findings += findings_of(name, [said])
    found.unexamined += rebuilt.unexamined
    found.unexamined += [
        f"the rows of {name}, which is not configured"
        for name, each in models.items()
        if each.spec is None
    ]
    found.checked["snapshots_rebuilt"] = rebuilt.count


def _data(found: Diagnosis, models: Mapping[str, Looked], lost: set[str], world: World) -> None:
    for table in (BATCHES, PREDICTIONS):
        if table.name in lost:
            found.unexamined.append(f"{table.name}: the table cannot be read")
    if BATCHES.name not in lost:
        found.findings += findings_of(None, batch_findings(world))
    if PREDICTIONS.name not in lost:
        ledgers = {name: each.rows for name, each in models.items()}
        for name, said in every_prediction_finding(ledgers, world.tables).items():
            found.findings += findings_of(name, said)


def _evidence(
    found: Diagnosis, specs: Mapping[str, ModelSpec], lost: set[str], world: World, told: Told
) -> None:
    """Judge all kept comparisons again, as the check `evidence_holds` does each night."""
    if unread := sorted(lost & {ADJUDICATION_SCORES.name, PREDICTIONS.name}):
        found.unexamined.append(f"the scores behind verdicts: {', '.join(unread)} cannot be read")
        return
    seen = {str(each) for each in found.findings}
    for name, spec in specs.items():
        told(f"Judging the comparisons of {name} again")
        new = findings_of(name, evidence_findings(spec, world))
        found.findings += [each for each in new if str(each) not in seen]
