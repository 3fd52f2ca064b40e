"""What must hold of the stored tables and of the ledger; each check a step that can run alone.

Broken is not failed: a check that cannot look raises, it never reports "failed". Counts are exact,
samples capped, and each failure says how to recover. Checks of a cycle's rows are in
`assets/chain_checks.py`: they belong to the step that cut them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.resources import Home
from fire_risk_assets.ports import World

if TYPE_CHECKING:
    from fire_risk_assets.core.models.spec import ModelSpec

SAMPLE = 5
EVIDENCE = dg.AssetCheckKey(dg.AssetKey(REGISTRY_STATUS.name), "evidence_holds")
"""Judges the whole past again, so it has a job of its own: a cycle pays for itself alone."""

HEALTH = dg.AssetCheckKey(dg.AssetKey(REGISTRY_STATUS.name), "home_healthy")
"""Looks at everything there is, so it has a job of its own too (`health.py`)."""

Look = Callable[[World], tuple[Sequence[str], int]]
"""Looks at a home: what was found wrong, and how many things were looked at."""


def data_checks() -> list[dg.AssetChecksDefinition]:
    """Return the checks of the data tables."""
    return [
        *(_schema_check(table) for table in (CELLS, WEATHER, REPORTS, FEATURES)),
        _check(
            "rows_add_up",
            WEATHER,
            _look_at_batches,
            description="Of every batch, rows read = accepted + quarantined; batch numbers"
            " gapless.",
            recovery="A batch lost rows: keep the home as it is and compare with the files.",
        ),
        _check(
            "units_steady",
            WEATHER,
            _look_at_units,
            description="The newest fortnight of weather is not in another unit (°F, m/s): a file"
            " of few days can be too short for the border to tell.",
            recovery="Ask the source; offer the days again in °C and km/h under a new file name.",
        ),
    ]


def registry_checks(specs: "Mapping[str, ModelSpec]") -> list[dg.AssetChecksDefinition]:
    """Return the checks of the ledger and of what MLflow shows of it."""
    return [
        _check(
            "ledger_whole",
            REGISTRY_STATUS,
            _look_at_chains,
            description="Every model's rows are gapless, unchanged, and chained by hash.",
            recovery="Compare with a backup; no promotion happens until the chain is whole.",
        ),
        _check(
            "mlflow_agrees",
            REGISTRY_STATUS,
            lambda world: _look_at_mlflow(tuple(specs), world),
            description="Alias and stages of the MLflow registry show each ledger's head.",
            recovery="Run `fire-risk reconcile` to restore it, or `--adopt` to record it.",
        ),
        _check(
            EVIDENCE.name,
            REGISTRY_STATUS,
            lambda world: _look_at_evidence(specs, world),
            description="Each verdict follows again from its kept scores, where metric and policy"
            " are still those that judged; the versions scored are on record with one hash.",
            recovery="Compare adjudication_scores and the version's tags with a backup; what is"
            " decided stands, and the row names the code that decided it.",
        ),
    ]


def _check(
    name: str,
    table: TableSpec,
    look: Look,
    *,
    description: str,
    recovery: str,
    blocking: bool = False,
) -> dg.AssetChecksDefinition:
    @dg.asset_check(name=name, asset=table.name, blocking=blocking, description=description)
    def check(home: dg.ResourceParam[Home]) -> dg.AssetCheckResult:
        with as_failures():
            findings, checked = look(home.world)
        return _result(findings, checked=checked, recovery=recovery)

    return check


def _schema_check(table: TableSpec) -> dg.AssetChecksDefinition:
    return _check(
        "schema",
        table,
        lambda world: _look_at_schema(table, world),
        description="The stored table has the catalogued columns and no nulls where none may be.",
        recovery="Restore the table from a backup: only this product's border may write it.",
        blocking=True,
    )


def _look_at_schema(table: TableSpec, world: World) -> tuple[Sequence[str], int]:
    from fire_risk_assets.actions.check_tables import stored_findings

    return stored_findings(table, world.tables)


def _look_at_batches(world: World) -> tuple[Sequence[str], int]:
    from fire_risk_assets.actions.check_invariants import batch_findings
    from fire_risk_assets.core.tables.observed import BATCHES

    return batch_findings(world), world.tables.read(BATCHES, columns=["batch_seq"]).num_rows


def _look_at_units(world: World) -> tuple[Sequence[str], int]:
    from fire_risk_assets.actions.check_tables import unit_findings

    return unit_findings(world.tables)


def _look_at_chains(world: World) -> tuple[Sequence[str], int]:
    from fire_risk_assets.core.ledger.chain import chain_findings

    rows = world.ledger.all_rows()
    found = [f"{model}: {finding}" for model in rows for finding in chain_findings(rows[model])]
    return found, sum(map(len, rows.values()))


def _look_at_mlflow(models: Sequence[str], world: World) -> tuple[Sequence[str], int]:
    from fire_risk_assets.actions.reconcile import inspect

    found = {model: inspect(model, world).differences for model in models}
    return [f"{model}: {each}" for model in models for each in found[model]], len(found)


def _look_at_evidence(specs: "Mapping[str, ModelSpec]", world: World) -> tuple[Sequence[str], int]:
    from fire_risk_assets.actions.check_invariants import evidence_findings

    found = {name: evidence_findings(spec, world) for name, spec in specs.items()}
    return [f"{name}: {each}" for name in found for each in found[name]], len(found)


def _result(findings: Sequence[str], *, checked: int, recovery: str) -> dg.AssetCheckResult:
    metadata = {"checked": checked, "findings": len(findings)}
    if not findings:
        return dg.AssetCheckResult(passed=True, metadata=metadata)
    return dg.AssetCheckResult(
        passed=False,
        severity=dg.AssetCheckSeverity.ERROR,
        description=findings[0],
        metadata={**metadata, "sample": "; ".join(findings[:SAMPLE]), "recovery": recovery},
    )
