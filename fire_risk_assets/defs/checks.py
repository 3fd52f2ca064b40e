"""What must hold of the stored tables and of the ledger; each check a step that can run alone.

Broken is not failed: a check that cannot look raises, it never reports "failed". Counts are exact,
samples capped, and each failure says how to recover. Checks of a cycle's rows are in
`assets/chain_checks.py`: they belong to the step that cut them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.resources import Home
from fire_risk_assets.ports import TableStore, World

if TYPE_CHECKING:
    from fire_risk_assets.core.models.spec import ModelSpec

SAMPLE = 5
EVIDENCE = dg.AssetCheckKey(dg.AssetKey(REGISTRY_STATUS.name), "evidence_holds")
"""Judges the whole past again, so it has a job of its own: a cycle pays for itself alone."""

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
        lambda world: stored_findings(table, world.tables),
        description="The stored table has the catalogued columns and no nulls where none may be.",
        recovery="Restore the table from a backup: only this product's border may write it.",
        blocking=True,
    )


def stored_findings(table: TableSpec, tables: TableStore) -> tuple[list[str], int]:
    """Return how a stored table departs from its catalogue, and how many rows it has.

    Looks at the stored schema before it reads: a read would miss what is unknown, cast what has
    another type, and end in an error where a column is missing.
    """
    stored = tables.stored_schema(table)
    if stored is None:
        return [], 0
    full = [c.name for c in table.columns if not c.nullable and c.name in stored.names]
    rows, nulls = tables.null_counts(table, full)
    return schema_findings(stored, nulls, table), rows


def schema_findings(schema: pa.Schema, nulls: dict[str, int], table: TableSpec) -> list[str]:
    """Return how stored columns depart from the catalogue.

    Args:
        schema: Of the stored rows.
        nulls: Null values by column.
        table: The catalogue.
    """
    wanted = {column.name: column for column in table.columns}
    findings = [f"column {name} is missing" for name in wanted if name not in schema.names]
    findings += [f"column {name} is unknown" for name in schema.names if name not in wanted]
    for name in schema.names:
        if name not in wanted:
            continue
        if schema.field(name).type != wanted[name].type:
            findings.append(f"{name} is {schema.field(name).type}, expected {wanted[name].type}")
        if nulls.get(name) and not wanted[name].nullable:
            findings.append(f"{name} has {nulls[name]} nulls")
    return findings


def _look_at_batches(world: World) -> tuple[Sequence[str], int]:
    from fire_risk_assets.actions.check_invariants import batch_findings
    from fire_risk_assets.core.tables.observed import BATCHES

    return batch_findings(world), world.tables.read(BATCHES, columns=["batch_seq"]).num_rows


def _look_at_units(world: World) -> tuple[Sequence[str], int]:
    from fire_risk_assets.core.as_known import with_batch_seq
    from fire_risk_assets.core.border.units import (
        DAILY,
        LONGEST_DAYS,
        daily_means,
        exchanged_units,
    )
    from fire_risk_assets.core.tables.observed import BATCHES

    batches = world.tables.read(BATCHES, columns=["batch_seq", "batch_id"])
    newest = max(batches["batch_seq"].to_pylist(), default=0)
    weather = world.tables.read(WEATHER, columns=[*DAILY, "batch_id"])
    days = daily_means(with_batch_seq(weather, batches, up_to=newest))
    found = exchanged_units(days.iloc[-LONGEST_DAYS:], seen=days.iloc[:-LONGEST_DAYS])
    return [f"{unit.column} of the newest days looks like {unit.name}" for unit in found], len(days)


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
