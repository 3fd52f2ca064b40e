"""The local engine: delta-rs tables and the kernels of `core`, in this process, no JVM."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.adapters.lake_engine import LakeEngine
from fire_risk_assets.adapters.local_scoring import LocalScoring
from fire_risk_assets.core.as_known import as_known_at, newest_per_key, with_batch_seq
from fire_risk_assets.core.features.build import needs_from, next_features
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.features.groups import by_cells, by_days
from fire_risk_assets.core.features.versions import (
    features_batch_of,
    of_newest_version,
    under_features_ids,
)
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.rows import labelled_rows, needed_columns
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.ports import KnownRows

ROWS_A_GROUP = 200_000
"""New observations the kernel is given at once: it makes half a gigabyte of them on its way, and
four times as many take longer a row."""

ROWS_A_RANGE = 100_000
"""Feature rows of neighbouring days, kept together as they are stored."""

HELD_ROWS = 500_000
"""Of a longer table only what was known then is read, however often: it would take gigabytes."""


@dataclass(frozen=True, slots=True)
class LocalEngine(LakeEngine):
    """Implements `ports.Engine`."""

    def build_features(self, weather_batch: str, *, batch_seq: int) -> int:
        """Write the feature rows one weather batch owes; see `ports.Engine`."""
        features_batch = features_batch_of(weather_batch)
        # Before the look for rows that are there: two builders must not both find none.
        before = self.tables.appends(FEATURES)
        written = self.tables.read(
            FEATURES, columns=["batch_id"], where=[("batch_id", "==", features_batch)]
        )
        if written.num_rows:
            # By a writer killed before they were on record, perhaps before they were flushed.
            self.tables.make_durable(FEATURES)
            return written.num_rows
        new = self.tables.read(WEATHER, where=[("batch_id", "==", weather_batch)])
        if new.num_rows == 0:
            return 0
        rows = self._feature_rows(new, batch_seq)
        if rows.num_rows:
            batch = pa.array([features_batch] * rows.num_rows, pa.string())
            self.tables.append(FEATURES, rows.append_column("batch_id", batch), after=before)
        return rows.num_rows

    def _scoring(self, days: Days, as_known: datetime | None, batch_seq: int) -> LocalScoring:
        return LocalScoring(self.tables, self._batches(), days, as_known, batch_seq)

    def _feature_rows(self, new: pa.Table, batch_seq: int) -> pa.Table:
        batches = self._batches()
        cells = pc.unique(new["cell_id"])
        owed = [("cell_id", "in", cells.to_pylist()), ("observed_at", ">=", needs_from(new))]
        earlier = [*owed, ("batch_id", "!=", new["batch_id"][0].as_py())]
        rows = {
            "new": with_batch_seq(new, batches, up_to=batch_seq),
            "weather": self._visible(WEATHER, earlier, batches, batch_seq - 1),
            "features": self._visible(FEATURES, owed, under_features_ids(batches), batch_seq - 1),
        }
        places = newest_per_key(self._visible(CELLS, [], batches, batch_seq), CELLS.key)
        made = [
            next_features(
                new_weather=of_group["new"],
                past_weather=of_group["weather"],
                past_features=of_group["features"],
                cells=places,
                default_latitude=self.default_latitude,
            )
            for of_group in by_cells(rows, cells, groups=ceil(new.num_rows / ROWS_A_GROUP))
        ]
        return by_days(made, at_most=ROWS_A_RANGE)

    def _visible(
        self,
        table: TableSpec,
        where: Sequence[tuple[str, str, object]],
        batches: pa.Table,
        up_to: int,
    ) -> pa.Table:
        return with_batch_seq(self.tables.read(table, where=where), batches, up_to=up_to)

    def _known(self, table: TableSpec, columns: Sequence[str] | None, as_of: datetime) -> pa.Table:
        """Return the rows known by an instant, of a table that is held where one may be."""
        if not self._held or self.tables.null_counts(table, [])[0] > HELD_ROWS:
            return self.tables.read(table, columns=columns, where=[("known_at", "<=", as_of)])
        asked = (table.name, *(columns or ()))
        if asked not in self._held[-1]:
            self._held[-1][asked] = self.tables.read(table, columns=columns)
        rows = self._held[-1][asked]
        return rows.filter(
            pc.field("known_at") <= pa.scalar(as_of, rows.schema.field("known_at").type)
        )

    def _labelled(self, spec: ModelSpec, as_of: datetime, batch_seq: int) -> KnownRows:
        # Before the rows: a version read afterwards may hold appends the rows do not.
        versions = {t.name: self.tables.version(t) or 0 for t in (FEATURES, REPORTS)}
        batches = self._batches()
        known = {}
        needed = [*needed_columns(spec), "feature_version", "known_at", "batch_id"]
        for table, columns in ((FEATURES, needed), (REPORTS, None)):
            rows = self._known(table, columns, as_of)
            if table is FEATURES:
                rows = of_newest_version(rows, batches, up_to=batch_seq)
            known[table.name] = as_known_at(
                rows, batches, key=table.key, as_of=as_of, batch_seq=batch_seq
            )
        labelled = labelled_rows(
            spec, features=known[FEATURES.name], reports=known[REPORTS.name], as_of=as_of
        )
        newest = [pc.max(rows["known_at"]).as_py() for rows in known.values() if rows.num_rows]
        return KnownRows(
            frame=labelled.frame,
            counts=labelled.counts,
            watermark=max(newest, default=None),
            delta_versions=versions,
        )
