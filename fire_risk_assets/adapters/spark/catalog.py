"""The tables of the lake by name in Spark's catalog, so that people can query them in SQL.

External tables over the folders: nothing is copied, dropping one drops no data. Where the catalog
is kept is Spark's configuration: in the session by default, in a metastore when one is named.
"""

from typing import TYPE_CHECKING

from fire_risk_assets.adapters.spark.errors import spark_facts
from fire_risk_assets.adapters.spark.tables import SparkTables
from fire_risk_assets.core.tables.spec import TableSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

DATABASE = "fire_risk"


def register_tables(lake: SparkTables, tables: "Iterable[TableSpec]") -> None:
    """Register the tables that exist as `fire_risk.NAME`, in place of what bore the name before."""
    session = lake.session()
    with spark_facts("Spark's catalog"):
        session.sql(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
        for table in tables:
            if lake.version(table) is None:
                continue
            place = lake.place(table).replace("\\", "\\\\").replace("'", "\\'")
            name = f"{DATABASE}.{table.name}"
            # The name may be of another home's table: of an earlier session with this metastore.
            session.sql(f"DROP TABLE IF EXISTS {name}")
            session.sql(f"CREATE TABLE {name} USING DELTA LOCATION '{place}'")
