"""What must hold of the stored tables and of the ledger; each check a step that can run alone.

Broken is not failed: a check that cannot look raises, it never reports "failed". Counts are exact,
samples capped, and each failure says how to recover. Checks of a cycle's rows are in
`assets/chain_checks.py`: they belong to the step that cut them.
"""

from collections.abc import Sequence

import dagster as dg
import pyarrow as pa

from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.resources import Home

SAMPLE = 5


def data_checks() -> list[dg.AssetChecksDefinition]:
    """Return the checks of the data tables."""
    return [
        *(_schema_check(table) for table in (CELLS, WEATHER, REPORTS, FEATURES)),
        _rows_add_up(),
    ]


def registry_checks(models: Sequence[str]) -> list[dg.AssetChecksDefinition]:
    """Return the checks of the ledger and of what MLflow shows of it."""
    return [_ledger_whole(), _mlflow_agrees(models)]


def _schema_check(table: TableSpec) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        name="schema",
        asset=table.name,
        blocking=True,
        description="The stored table has the catalogued columns and no nulls where none may be.",
    )
    def schema(home: dg.ResourceParam[Home]) -> dg.AssetCheckResult:
        with as_failures():
            rows = home.world.tables.read(table)
        return _result(
            schema_findings(rows.schema, {n: rows[n].null_count for n in rows.schema.names}, table),
            checked=rows.num_rows,
            recovery="Restore the table from a backup: only this product's border may write it.",
        )

    return schema


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


def _rows_add_up() -> dg.AssetChecksDefinition:
    @dg.asset_check(
        name="rows_add_up",
        asset=WEATHER.name,
        description="Of every batch, rows read = accepted + quarantined; batch numbers gapless.",
    )
    def rows_add_up(home: dg.ResourceParam[Home]) -> dg.AssetCheckResult:
        from fire_risk_assets.actions.check_invariants import batch_findings
        from fire_risk_assets.core.tables.observed import BATCHES

        with as_failures():
            world = home.world
            return _result(
                batch_findings(world),
                checked=world.tables.read(BATCHES, columns=["batch_seq"]).num_rows,
                recovery="A batch lost rows: keep the home as it is and compare with the files.",
            )

    return rows_add_up


def _ledger_whole() -> dg.AssetChecksDefinition:
    @dg.asset_check(
        name="ledger_whole",
        asset=REGISTRY_STATUS.name,
        description="Every model's rows are gapless, unchanged, and chained by hash.",
    )
    def ledger_whole(home: dg.ResourceParam[Home]) -> dg.AssetCheckResult:
        from fire_risk_assets.core.ledger.chain import chain_findings

        with as_failures():
            rows = home.world.ledger.all_rows()
        return _result(
            [f"{model}: {found}" for model in rows for found in chain_findings(rows[model])],
            checked=sum(map(len, rows.values())),
            recovery="Compare with a backup; no promotion happens until the chain is whole.",
        )

    return ledger_whole


def _mlflow_agrees(models: Sequence[str]) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        name="mlflow_agrees",
        asset=REGISTRY_STATUS.name,
        description="Alias and stages of the MLflow registry show each ledger's head.",
    )
    def mlflow_agrees(home: dg.ResourceParam[Home]) -> dg.AssetCheckResult:
        from fire_risk_assets.actions.reconcile import inspect

        with as_failures():
            found = {model: inspect(model, home.world).differences for model in models}
        return _result(
            [f"{model}: {difference}" for model in found for difference in found[model]],
            checked=len(found),
            recovery="Run `fire-risk reconcile` to restore it, or `--adopt` to record it.",
        )

    return mlflow_agrees


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
