"""A home with as many feature rows as are wanted: the demonstration's, cloned into other cells.

They are taken in month by month, as files of a month would be.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scratch import LABELLED, UNTIL

if TYPE_CHECKING:
    from fire_risk_assets.core.scoring.days import Days
    from fire_risk_assets.ports import World

AS_KNOWN = datetime.combine(UNTIL + LABELLED, datetime.min.time(), tzinfo=UTC)


def world_of(home: Path, engine: str = "local") -> "World":
    """Open the lake and the engine of a home."""
    from fire_risk_assets.settings import read_settings
    from fire_risk_assets.wiring import open_world

    return open_world(read_settings(home=home, engine=engine))


def all_days() -> "Days":
    """Return the days of the demonstration."""
    from fire_risk_assets.core.scoring.days import Days

    return Days(UNTIL - timedelta(days=3 * 366), UNTIL)


def cloned(home: Path, rows: int) -> int:
    """Replace the home's features by clones in other cells, a batch a month; return how many."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from fire_risk_assets.actions.batches import batch_row, newest_batch, record_batch
    from fire_risk_assets.core.features.catalogue import FEATURES
    from fire_risk_assets.core.tables.observed import BATCHES

    world = world_of(home)
    stored = world.tables.read(FEATURES).combine_chunks()
    clones = -(-rows // stored.num_rows) - 1
    month = pc.strftime(stored["observed_at"], format="%Y-%m")
    made = stored.num_rows
    for each in sorted(pc.unique(month).to_pylist()):
        of_month = stored.filter(pc.equal(month, each))
        batch = pa.repeat(f"bench-{each}", of_month.num_rows)
        cells = of_month["cell_id"]
        parts = [
            of_month.set_column(0, "cell_id", pc.binary_join_element_wise(f"c{n}", cells, "-"))
            .drop_columns("batch_id")
            .append_column("batch_id", batch)
            for n in range(clones)
        ]
        world.tables.append(FEATURES, pa.concat_tables(parts))
        row = batch_row(
            newest_batch(world.tables) + 1,
            tables=FEATURES.name,
            versions={FEATURES.name: world.tables.version(FEATURES) or 0},
            recorded_at=world.clock.now(),
        )
        told = {"batch_id": f"bench-{each}", "file_sha256": f"bench-{each}"}
        record_batch(row | told, world.tables, after=world.tables.appends(BATCHES))
        made += sum(part.num_rows for part in parts)
    return made
