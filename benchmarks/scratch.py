"""The temporary home and tables everything is measured on, made by the command line itself.

The demonstration's park: 81 cells, three years, fixed dates, so that two runs measure the same
rows. It has one bootstrap cycle behind it, as every weekly cycle has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness import FIRE_RISK, PYTHON, Command, progress, timed
from fire_risk_assets.core.models.fire_occurrence import SPEC

UNTIL = date(2025, 9, 28)
LABELLED = timedelta(days=14)
"""The last Monday that can be asked for: every report of the park is known two weeks after."""

MODELS = '["fire_occurrence", "burned_area", "benchmarks.fits:FOREST"]'


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder with a home in it, gone afterwards."""

    folder: Path

    @property
    def home(self) -> Path:
        """The home measured."""
        return self.folder / "home"

    def fire_risk(self, *arguments: str, **settings: str) -> Command:
        """Return a `fire-risk` command on the home."""
        told = {"FIRE_RISK_HOME": str(self.home), "FIRE_RISK_MODELS": MODELS, **settings}
        return Command((FIRE_RISK, *arguments), told)

    def python(self, module: str, *arguments: str) -> Command:
        """Return a module of the benchmarks as a command, with the settings of `fire_risk`."""
        return replace(self.fire_risk(), argv=(PYTHON, "-m", module, *arguments))


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Make the folder and the home, and remove them."""
    with TemporaryDirectory(prefix="fire-risk-bench-", ignore_cleanup_errors=True) as folder:
        place = Scratch(Path(folder))
        progress(f"Making a home: the park up to {UNTIL} and a bootstrap cycle of each model.")
        timed(
            place.fire_risk(
                "run",
                "--json",
                FIRE_RISK_SIMULATE__UNTIL=UNTIL.isoformat(),
                FIRE_RISK_SIMULATE__CYCLES="0",
            )
        )
        yield place


def mondays(count: int) -> list[date]:
    """Return the last Mondays whose rows are all labelled, oldest first."""
    end = UNTIL + LABELLED
    last = end - timedelta(days=end.weekday())
    return [last - timedelta(weeks=back) for back in reversed(range(count))]


@dataclass(frozen=True, slots=True)
class Rows:
    """The labelled cell-days of the home as a Parquet file and as a Delta table."""

    parquet: Path
    delta: Path
    count: int


def labelled_rows(place: Scratch) -> Rows:
    """Write the labelled cell-days beside the home, in the two forms the others read."""
    import deltalake
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fire_risk_assets import wiring
    from fire_risk_assets.actions.batches import newest_batch
    from fire_risk_assets.settings import read_settings

    world = wiring.open_world(read_settings(home=place.home))
    as_of = datetime.combine(UNTIL + LABELLED, datetime.min.time(), tzinfo=UTC)
    known = world.engine.labelled_rows(SPEC, as_of=as_of, batch_seq=newest_batch(world.tables))
    table = pa.Table.from_pandas(known.frame, preserve_index=False)
    rows = Rows(place.folder / "rows.parquet", place.folder / "rows", table.num_rows)
    pq.write_table(table, rows.parquet)
    deltalake.write_deltalake(str(rows.delta), table)
    return rows


def delta_jars(place: Scratch) -> Path:
    """Resolve Delta's jars into a folder, Ivy's cache included, and return it."""
    ivy = place.folder / "ivy"
    timed(Command((PYTHON, "-m", "benchmarks.delta_jars", str(ivy))))
    return ivy
