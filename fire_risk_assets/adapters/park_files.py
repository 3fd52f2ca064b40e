"""The simulated park as canonical CSV files, each whole or not at all.

The world itself is `core/park`; what a file may hold is `core/border`. Files are named by their
content's settings, because other content under a known name is refused at the border.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fire_risk_assets.adapters.write_errors import unwritable_elsewhere
from fire_risk_assets.errors import HomeUnusable

if TYPE_CHECKING:
    import pyarrow as pa

    from fire_risk_assets.core.park.settings import ParkSettings


def park_files(park: "ParkSettings", folder: Path) -> dict[str, Path]:
    """Return the path of each file by kind, in the order they must be taken in."""
    from fire_risk_assets.core.digest import sha256_of_json
    from fire_risk_assets.core.instants import iso

    told = {n: iso(v) if isinstance(v, datetime) else v for n, v in asdict(park).items()}
    told = {n: v.isoformat() if isinstance(v, date) else v for n, v in told.items()}
    name = f"park_{park.start}_{park.until}_{sha256_of_json(told)[:8]}.csv"
    return {kind: folder / kind / name for kind in ("cells", "weather", "reports")}


def write_park(
    park: "ParkSettings", folder: Path, *, dry_run: bool = False
) -> dict[str, dict[str, Any]]:
    """Simulate the park and write its files, each whole or not at all.

    Args:
        park: What to simulate.
        folder: Where to write.
        dry_run: Simulate and count only.

    Returns:
        {kind: {"path", "rows"}}.

    Raises:
        StorageFull, StorageFailing, HomeUnusable: the folder cannot be written.
    """
    from fire_risk_assets.core.park.simulate import simulate

    paths = park_files(park, folder)
    written = {}
    with _writing(folder):
        # Folders first: one that cannot be written is told before the work, not after it.
        for path in () if dry_run else paths.values():
            path.parent.mkdir(parents=True, exist_ok=True)
        history = simulate(park)
        for kind, path in paths.items():
            table: pa.Table = getattr(history, kind)
            if not dry_run:
                _write_csv(table, path)
            written[kind] = {"path": path, "rows": table.num_rows}
    return written


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        otherwise = HomeUnusable(
            f"{folder} cannot be written: {cause.strerror or cause}.",
            remedy="Choose a folder you may write to.",
        )
        raise unwritable_elsewhere(folder, cause, otherwise=otherwise) from cause


def _write_csv(table: "pa.Table", path: Path) -> None:
    import pyarrow.csv as pc_csv

    # Hidden until it is whole: whoever watches the folder passes over names with a dot.
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as stream:
            pc_csv.write_csv(_as_text(table), stream)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _as_text(table: "pa.Table") -> "pa.Table":
    """Return the table with instants as ISO 8601 in UTC, as the canonical schema shows them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            # strftime's %S writes the fraction of whatever unit the type has.
            exact = pc.cast(table[place], pa.timestamp("s", "UTC"))
            table = table.set_column(place, column.name, pc.strftime(exact, "%Y-%m-%dT%H:%M:%SZ"))
    return table
