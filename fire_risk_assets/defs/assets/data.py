"""The data tables: what arrives through the landing folder, and the features built from it.

Append-only and not partitioned: a row carries when it is about and when it was learned, so a day's
partition would never be finished. Features follow new weather by themselves.
"""

from collections.abc import Iterator

import dagster as dg

from fire_risk_assets.core.features.catalogue import FEATURE_VERSION, FEATURES
from fire_risk_assets.core.plain_text import plain
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.metadata import OWNER, Foreign, column_schema, markdown_table
from fire_risk_assets.defs.resources import Home

GROUP = "data"
LANDING = "ingest_landing"
OBSERVED = (("cells", CELLS), ("weather", WEATHER), ("reports", REPORTS))
COUNTS = ("read", "accepted", "quarantined", "duplicates")


def data_assets() -> list[dg.AssetsDefinition]:
    """Return the assets of the data tables."""
    return [_observed(), _features()]


def _spec(table: TableSpec, *, code_version: str, deps: tuple[str, ...] = ()) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=table.name,
        group_name=GROUP,
        owners=[OWNER],
        kinds={"deltalake"},
        code_version=code_version,
        description=f"{table.description} Key: {', '.join(table.key)}.",
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": table.name,
            "written by": table.written_by,
        },
        deps=deps,
        automation_condition=dg.AutomationCondition.eager() if deps else None,
    )


def _observed() -> dg.AssetsDefinition:
    @dg.multi_asset(name=LANDING, specs=[_spec(table, code_version="1") for _, table in OBSERVED])
    def ingest_landing(home: dg.ResourceParam[Home]) -> Iterator[dg.MaterializeResult]:
        """Offer every file not decided before to the border: cells, weather, then reports."""
        from fire_risk_assets.actions.ingest import ingest
        from fire_risk_assets.actions.take_in_landed import take_in_landed
        from fire_risk_assets.wiring import landing

        with as_failures():
            world = home.world
            done = take_in_landed(
                landing.landed_files(home.settings, remember=True),
                store=world.tables,
                look_again=landing.looked_again,
                offer=lambda file: ingest(
                    landing.offered_file(file.path, inbox=home.settings.landing_folder),
                    store=world.tables,
                    lease=world.lease,
                    clock=world.clock,
                    crash=world.crash,
                    kind=file.kind,
                    settings=landing.border_settings(home.settings),
                ),
            )
        for kind, table in OBSERVED:
            mine = [report for each, report in done.reports if each == kind]
            left = plain(", ".join(file.name for file in done.left if file.kind == kind))
            counts = {name: sum(getattr(r, name) for r in mine) for name in COUNTS}
            files = [
                {"file": Foreign(r.file_name), **{name: getattr(r, name) for name in COUNTS}}
                | {"refused": Foreign(r.rejection_reason or "")}
                for r in mine
            ]
            yield dg.MaterializeResult(
                asset_key=table.name,
                metadata={
                    **counts,
                    "new files": len(mine),
                    "refused files": sum(r.rejected for r in mine),
                    "files": markdown_table(files),
                    **({"still being written": left} if left else {}),
                },
            )

    return ingest_landing


def _features() -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=FEATURES.name,
        specs=[_spec(FEATURES, code_version=FEATURE_VERSION, deps=(WEATHER.name, CELLS.name))],
    )
    def features(home: dg.ResourceParam[Home]) -> dg.MaterializeResult:
        """Build what each weather batch without features is owed."""
        from fire_risk_assets.actions.build_features import build_features
        from fire_risk_assets.actions.compact import compact_data

        with as_failures():
            world = home.world
            report = build_features(world)
            compacted = compact_data(world)
        return dg.MaterializeResult(
            asset_key=FEATURES.name,
            metadata={
                "weather batches": report.batches,
                "rows": report.rows,
                **compacted.facts,
            },
        )

    return features
