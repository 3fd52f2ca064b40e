"""The engine in force: one setting binds tables and kernels to this process or to Spark."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from fire_risk_assets.errors import InvalidSetting
from fire_risk_assets.settings import Settings

if TYPE_CHECKING:
    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.adapters.home_document import HomeDocument
    from fire_risk_assets.adapters.spark.session import Spark
    from fire_risk_assets.adapters.spark.tables import SparkTables
    from fire_risk_assets.ports import Engine


def tables_of(settings: Settings, home: "HomeDocument | None" = None) -> "DeltaTables":
    """Bind the data tables of a home; no session is started before something is written.

    Args:
        settings: Which engine, and where they are.
        home: What the home is; None: as its document says.
    """
    if settings.engine == "spark":
        return _spark_tables(settings, home=home)
    from fire_risk_assets.adapters.delta_tables import DeltaTables
    from fire_risk_assets.wiring import lake_of

    return DeltaTables(lake_of(settings), stamp=_clock_stamp(settings, home))


def _clock_stamp(settings: Settings, home: "HomeDocument | None") -> dict[str, str]:
    """Of tables that are younger than the home too: their first rows make them.

    Whoever reads a table without us must see that its past is replayed, and its times with it.
    """
    from fire_risk_assets.adapters.home_document import read_home

    home = home or read_home(settings.home)
    if home is None:
        return {}
    stamp: dict[str, str] = {"fire_risk.clock": home.clock}
    if home.clock == "replay":
        stamp["fire_risk.replay_delay_hours"] = str(home.replay_delay_hours)
    return stamp


def engine_of(
    settings: Settings, start_spark: Callable[[], Any] | None = None
) -> "tuple[DeltaTables, Engine]":
    """Bind the data tables and the engine over them.

    Args:
        settings: Which engine, and where its tables are.
        start_spark: Returns a Spark session; None: one is started with our options.
    """
    if settings.engine == "spark":
        from fire_risk_assets.adapters.spark.engine import SparkEngine

        spark_tables = _spark_tables(settings, start=start_spark)
        return spark_tables, SparkEngine(spark_tables, settings.default_latitude)
    from fire_risk_assets.adapters.local_engine import LocalEngine

    tables = tables_of(settings)
    return tables, LocalEngine(tables, settings.default_latitude)


def _spark_tables(
    settings: Settings,
    *,
    home: "HomeDocument | None" = None,
    start: Callable[[], Any] | None = None,
) -> "SparkTables":
    from fire_risk_assets.adapters.spark.tables import SparkTables
    from fire_risk_assets.wiring import lake_of, lease_of

    if settings.lake_uri is not None:
        raise InvalidSetting(
            "The Spark engine does not write to the object store of lake_uri: its commits are safe"
            " there from one driver only.",
            remedy="Use the local engine with lake_uri, or Spark on a file system that all machines"
            " see.",
        )

    session = partial(spark_of(settings).session, start)
    return SparkTables(
        lake_of(settings),
        session=session,
        lease=lease_of(settings),
        stamp=_clock_stamp(settings, home),
    )


def spark_of(settings: Settings) -> "Spark":
    """Return where Spark runs for a home; nothing is started."""
    from fire_risk_assets.adapters.spark.session import Spark

    return Spark(
        settings.home / "spark",
        master=settings.spark_master,
        remote=settings.connect_server,
        told=settings.spark_remote is None,
        conf=settings.spark_conf,
    )


def spark_options(settings: Settings) -> dict[str, str]:
    """Return the configuration of a home's Spark session, for who starts one."""
    return spark_of(settings).options()


def open_spark(settings: Settings) -> Any:  # noqa: ANN401  (a SparkSession)
    """Return the session of this process, with the tables of a home in its catalog.

    Raises:
        HomeUnusable, EngineUnavailable, EngineFailed.
    """
    from fire_risk_assets.adapters.home_document import require_home
    from fire_risk_assets.adapters.spark.catalog import register_tables
    from fire_risk_assets.core.tables import every_table

    require_home(settings.home)
    lake = _spark_tables(settings)
    register_tables(lake, every_table())
    return lake.session()


def production_udf(settings: Settings, model_name: str) -> Callable[..., Any]:
    """Return what serves as a function of Spark's columns; see `adapters.spark.udf`.

    Resolved once: the alias, the ledger row that explains it, and the files against that row's
    digest before they are loaded.

    Raises:
        NothingServed, RegistryDrift, LedgerBroken, RequestRefused, ArtifactMismatch,
        ArtifactRejected, FeatureUnknown.
    """
    from fire_risk_assets.actions.resolve_serving import resolve_serving
    from fire_risk_assets.actions.resolve_version import load_served
    from fire_risk_assets.adapters.spark.udf import udf_of
    from fire_risk_assets.core.scoring.kernel import inputs_of
    from fire_risk_assets.wiring import model_spec, open_world

    world, spec = open_world(settings), model_spec(settings, model_name)
    pipeline = load_served(spec, resolve_serving(spec.name, world), world)
    return udf_of(spec, pipeline, inputs_of(spec, pipeline))
