"""A home with five years of weekly cycles of twenty models, made in a minute.

Real where it is looked at: rows of a simulated park, snapshots cut and hashed by the functions of
the cycle, ledger rows chained by hash, model files on the disk, versions, runs and documents of
every cycle. Not fitted and not judged: all versions have the files of one fit, and a seeded draw
says which were promoted. MLflow's own rows are copies of those its client wrote for one cycle, with
other ids and times: through the client five thousand cycles take ten minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.cloned_registry import Clones
from benchmarks.harness import progress
from benchmarks.many_models import ADDRESSES, NAMES

if TYPE_CHECKING:
    import pandas as pd

    from fire_risk_assets.core.ledger.row import LedgerRow
    from fire_risk_assets.core.models.spec import ModelSpec
    from fire_risk_assets.core.references import Snapshot
    from fire_risk_assets.ports import World
    from fire_risk_assets.settings import Settings

CYCLES = 250
SERVED = 20
"""Promotions a model, the first among them: as many as the doctor looks at whole."""
WEEK = timedelta(weeks=1)
FIRST = datetime(2020, 12, 7, tzinfo=UTC)
START, UNTIL = date(2020, 1, 1), date(2025, 9, 30)


@dataclass(frozen=True, slots=True)
class Week:
    """What all models share of a Monday: which rows trained, which judged."""

    as_of: datetime
    training: "Snapshot"
    holdout: "Snapshot"

    @property
    def cycle_id(self) -> str:
        """Its date."""
        return f"{self.as_of:%Y-%m-%d}"


def make_home(folder: Path, *, cells: int) -> "Settings":
    """Make the home and return its settings.

    Args:
        folder: Where; it must not exist.
        cells: Of the park's 81, those whose weather and reports there are.
    """
    from fire_risk_assets import wiring
    from fire_risk_assets.defs.instance import open_instance
    from fire_risk_assets.settings import read_settings

    settings = read_settings(home=folder, models=ADDRESSES)
    wiring.prepare_home(settings)
    with open_instance(settings):
        pass
    world = wiring.open_world(settings)
    _take_in_park(world, folder, cells)
    spec = next(iter(wiring.model_specs(settings).values()))
    progress("Cutting and hashing the rows of every Monday")
    weeks = list(_weeks(spec, world))
    clones = Clones(settings, world)
    rows: list[LedgerRow] = []
    for place, name in enumerate(NAMES):
        mine = _decided(name, weeks, np.random.default_rng(place), clones)
        clones.add(mine)
        _document(mine, weeks, settings.home)
        rows += mine
        progress(f"{name}: {len(mine)} cycles")
    clones.write()
    _append(rows, settings.lake)
    from fire_risk_assets.actions.project import remember

    for name in NAMES:
        remember(name, world, consistent=True, rows=world.ledger.rows(name))
    return settings


def _take_in_park(world: "World", folder: Path, cells: int) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv

    from fire_risk_assets.actions.build_features import build_features
    from fire_risk_assets.actions.ingest import ingest
    from fire_risk_assets.adapters.landing import LandingFile
    from fire_risk_assets.core.park.settings import ParkSettings
    from fire_risk_assets.core.park.simulate import simulate

    park = simulate(ParkSettings(seed=1, start=START, until=UNTIL))
    kept = pa.array(sorted(park.cells["cell_id"].to_pylist())[:cells])
    for kind in ("cells", "weather", "reports"):
        rows = getattr(park, kind)
        path = folder / f"{kind}.csv"
        pyarrow.csv.write_csv(rows.filter(pc.is_in(rows["cell_id"], kept)), path)
        ingest(
            LandingFile(path),
            store=world.tables,
            lease=world.lease,
            clock=world.clock,
            crash=world.crash,
        )
        path.unlink()
    build_features(world)


def _weeks(spec: "ModelSpec", world: "World") -> Iterator[Week]:
    from fire_risk_assets.actions.batches import newest_batch
    from fire_risk_assets.core.references import Cycle
    from fire_risk_assets.core.snapshots import snapshot_of

    batch_seq = newest_batch(world.tables)
    for place in range(CYCLES):
        as_of = FIRST + place * WEEK
        known = world.engine.labelled_rows(spec, as_of=as_of, batch_seq=batch_seq)
        until = spec.windows.holdout_until(as_of)
        since = until - spec.windows.holdout_weeks * WEEK
        begun = datetime.combine(START, datetime.min.time(), UTC)
        cycle = Cycle(
            model_name=spec.name, cycle_id=f"{as_of:%Y-%m-%d}", as_of=as_of, batch_seq=batch_seq
        )

        def cut(
            role: Any,
            window: tuple[datetime, datetime],
            frame: "pd.DataFrame" = known.frame,
            cycle: Cycle = cycle,
        ) -> "Snapshot":
            from fire_risk_assets.core.windows import training_between

            rows = frame[training_between(frame, *window).mask]
            return snapshot_of(
                rows,
                spec=spec,
                cycle=cycle,
                role=role,
                window_from=window[0],
                window_until=window[1],
                delta_versions={},
            )

        yield Week(
            as_of,
            cut("training", (begun, since - spec.windows.gap)),
            cut("holdout", (since, until)),
        )


def _decided(
    name: str, weeks: list[Week], draw: np.random.Generator, clones: Clones
) -> "list[LedgerRow]":
    """Return the ledger of a model: one decision a week, promotions on weeks drawn."""
    from fire_risk_assets.core.ledger.events import Event, row_for

    promoted = {0, *(1 + draw.permutation(len(weeks) - 1)[: SERVED - 1])}
    rows: list[LedgerRow] = []
    for place, week in enumerate(weeks):
        version = place + 1
        moves = place in promoted
        code = ("first" if place == 0 else "better") if moves else "not_better"
        event = Event(
            model_name=name,
            cycle_id=week.cycle_id,
            request="cycle",
            kind="promote" if moves else "keep",
            reason_code=code,
            reason="A reason of usual length. " * 4,
            actor="bench",
            moves_to=version if moves else None,
            moves_to_sha256=clones.sha256 if moves else None,
            evidence={
                "as_of": week.as_of,
                "candidate_version": version,
                "candidate_sha256": clones.sha256,
                "mlflow_run_id": clones.run_id(name, version),
                "dagster_run_id": f"{name}-{version}",
                **_columns("training", week.training),
                **_columns("holdout", week.holdout),
            },
        )
        rows.append(row_for(event, rows, now=week.as_of + timedelta(hours=6)))
    return rows


def _columns(role: str, snapshot: "Snapshot") -> dict[str, Any]:
    return {
        f"{role}_rows": snapshot.rows,
        f"{role}_digest": snapshot.content_digest,
        f"{role}_from": snapshot.window_from,
        f"{role}_until": snapshot.window_until,
    }


def _document(rows: "list[LedgerRow]", weeks: list[Week], home: Path) -> None:
    """Write the references of each cycle: past the port, whose every file is flushed."""
    import json
    from dataclasses import replace

    from fire_risk_assets.actions.build_snapshots import RowSet

    folder = home / "references" / rows[0].model_name
    for row, week in zip(rows, weeks, strict=True):
        mine = folder / row.cycle_id
        mine.mkdir(parents=True)
        (mine / "plan.json").write_text(json.dumps({"cycle_id": row.cycle_id}))
        for snapshot in (week.training, week.holdout):
            own = replace(snapshot, model_name=row.model_name)
            rows_of = RowSet(snapshot=own.to_json(), stop=None, counts={})
            (mine / f"{own.role}_set.json").write_text(json.dumps(rows_of.to_json()))


def _append(rows: "list[LedgerRow]", lake: Path) -> None:
    import deltalake
    import pyarrow as pa

    from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS

    names = REGISTRY_STATUS.schema.names
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    deltalake.write_deltalake(
        str(lake / REGISTRY_STATUS.name),
        pa.table(columns, schema=REGISTRY_STATUS.schema),
        mode="append",
    )
