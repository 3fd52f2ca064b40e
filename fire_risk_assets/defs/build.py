"""The assembly: settings in, `Definitions` out. Tests build their own house from the same plan.

Put here which parts there are; what a part does is in its own file. Builds objects only: the
home is opened when a run first asks for it.
"""

from collections.abc import Iterator

import dagster as dg

from fire_risk_assets.actions.attempts import close_attempts_of
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets.defs.assets.cycle import chain_assets
from fire_risk_assets.defs.assets.data import data_assets
from fire_risk_assets.defs.assets.incidents import incident_report_asset
from fire_risk_assets.defs.assets.predictions import predictions_of
from fire_risk_assets.defs.assets.registry import registry_status_asset
from fire_risk_assets.defs.assets.site import site_asset
from fire_risk_assets.defs.checks import data_checks, registry_checks
from fire_risk_assets.defs.dead_runs import mark_process
from fire_risk_assets.defs.health import health_check
from fire_risk_assets.defs.incidents import incident_job, investigate_job, low_scored_fires
from fire_risk_assets.defs.io_managers import reference_io_manager
from fire_risk_assets.defs.jobs import (
    cycle_job,
    data_job,
    evidence_job,
    health_job,
    pointer_job,
    scoring_job,
    site_job,
)
from fire_risk_assets.defs.lineage import lineage_of
from fire_risk_assets.defs.partitions import cycle_partitions, scored_days
from fire_risk_assets.defs.resources import CycleResource, Home
from fire_risk_assets.defs.schedules import (
    cycle_schedule,
    evidence_schedule,
    health_schedule,
    scoring_schedule,
)
from fire_risk_assets.defs.sensors import (
    features_follow_weather,
    landing_sensor,
    missed_cycle_sensor,
    reconcile_sensor,
)
from fire_risk_assets.defs.site_sensor import site_sensor
from fire_risk_assets.defs.tracking import tracking_resource
from fire_risk_assets.settings import Settings
from fire_risk_assets.wiring import model_specs, open_readers
from fire_risk_assets.wiring.engine import spark_options

READ_BY_CYCLES = (dg.AssetKey(FEATURES.name), dg.AssetKey(REPORTS.name))


def build_definitions(settings: Settings, *, home: Home | None = None) -> dg.Definitions:
    """Return everything Dagster shows and runs.

    Args:
        settings: Models, cycles, and where the home lies.
        home: Another holder of the home, for callers that look into it afterwards.
    """
    home = home or Home(settings)
    partitions, days = cycle_partitions(settings.cycles), scored_days(settings.cycles)
    specs = model_specs(settings)
    cycles = {name: cycle_job(name) for name in specs}
    scorings = {name: scoring_job(name) for name in specs}
    data, evidence, site, reports = data_job(), evidence_job(), site_job(), incident_job()
    health = health_job()
    return dg.Definitions(
        assets=_assets(settings, home, partitions, days),
        asset_checks=[*data_checks(), *registry_checks(specs), health_check()],
        jobs=[
            *(data, *cycles.values(), *scorings.values(), pointer_job(), evidence, site),
            *(reports, investigate_job(), health),
        ],
        schedules=[
            *(cycle_schedule(home, name, job, partitions) for name, job in cycles.items()),
            *(
                scoring_schedule(home, name, job, days, cron=settings.scoring.cron)
                for name, job in scorings.items()
            ),
            evidence_schedule(home, evidence),
            health_schedule(home, health),
        ],
        sensors=[
            landing_sensor(home, data),
            features_follow_weather(),
            site_sensor(home, site),
            low_scored_fires(home, reports),
            *(reconcile_sensor(home, name) for name in cycles),
            *(missed_cycle_sensor(home, name, job, partitions) for name, job in cycles.items()),
        ],
        resources=_resources(settings, home),
        executor=dg.in_process_executor,
    )


def build_ad_hoc_definitions(settings: Settings, *, home: Home) -> dg.Definitions:
    """Return the same assets and cycle jobs without partitions, for an instant that is no tick.

    A code location of its own: a partitioned asset refuses a run without a key once it has a
    partitioned one above it, and one location cannot hold an asset key twice. In the UI such a
    cycle is any partition with as_of and cycle_id set in the run config.
    """
    specs = model_specs(settings)
    return dg.Definitions(
        assets=_assets(settings, home, None, None),
        asset_checks=[*registry_checks(specs), health_check()],
        jobs=[*map(cycle_job, specs), *map(scoring_job, specs)],
        resources=_resources(settings, home),
        executor=dg.in_process_executor,
    )


def _assets(
    settings: Settings,
    home: Home,
    partitions: dg.PartitionsDefinition | None,
    days: dg.PartitionsDefinition | None,
) -> list[dg.AssetsDefinition]:
    """Return all assets, and tell the home what each model's cycle is made of."""
    specs = model_specs(settings)
    chains = (chain_assets(spec, partitions, data=READ_BY_CYCLES) for spec in specs.values())
    assets = [
        *data_assets(),
        *(asset for chain in chains for asset in chain),
        *(predictions_of(spec, days) for spec in specs.values()),
        registry_status_asset(tuple(specs)),
        site_asset(tuple(specs)),
        incident_report_asset(),
    ]
    home.lineage = {name: lineage_of(assets, name) for name in specs}
    return assets


def home_resource(home: Home) -> dg.ResourceDefinition:
    """Return the resource `home`; every run that has it names its process."""
    on_spark = home.settings.engine == "spark"

    @dg.resource(
        description="The home a run works in: its settings and adapters.",
        required_resource_keys={"pyspark"} if on_spark else set(),
    )
    def opened(context: dg.InitResourceContext) -> Iterator[Home]:
        mark_process(context)
        if on_spark:
            home.pyspark = context.resources.pyspark
        yield home
        _end_attempts(context, home)

    return opened


def _end_attempts(context: dg.InitResourceContext, home: Home) -> None:
    """Close what a run of some steps only leaves open; its process ends, and was not killed."""
    instance, run = context.instance, context.run
    if instance is None or run is None:
        return
    if not instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        references = open_readers(home.settings).references
        close_attempts_of(run.run_id, model_specs(home.settings), references)


def _resources(settings: Settings, home: Home) -> dict[str, object]:
    spark: dict[str, object] = {}
    if settings.engine == "spark":
        # A second to import, and of no use without Java.
        from dagster_pyspark import LazyPySparkResource

        spark = {"pyspark": LazyPySparkResource(spark_config=spark_options(settings))}
    return spark | {
        "home": home_resource(home),
        "cycle": CycleResource(timezone=settings.timezone),
        "mlflow": tracking_resource(settings),
        "references": reference_io_manager,
    }
