"""Scoring on one machine: feature rows read by ranges of days, scored by threads, written at once.

Threads, since what takes the time (trees, binning, hashing) lets go of the interpreter; processes
would load scikit-learn anew and be handed every row. A range of days is read while the one before
it is scored; neither results nor rows of more than a few ranges are held.
"""

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.adapters.lake_engine import LakeScoring
from fire_risk_assets.core.as_known import with_batch_seq
from fire_risk_assets.core.features.catalogue import FEATURE_VERSION, FEATURES
from fire_risk_assets.core.fitting import one_thread
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.scoring.batch import KnownFeatures, Stamp
from fire_risk_assets.core.scoring.days import Days, known_by, segments
from fire_risk_assets.core.scoring.kernel import (
    TASK_ROWS,
    day_bounds,
    inputs_of,
    newest_in_order,
    scored_in_order,
)
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.ports import Condition

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

RANGE_ROWS = 200_000
"""Feature rows read at once: about 60 MB, and two or three copies of them on their way."""


@dataclass(frozen=True, slots=True)
class LocalScoring(LakeScoring):
    """On this machine."""

    def known(self) -> KnownFeatures:
        """Return which rows there are; see `ports.Engine.known_features`."""
        recorded = self.batches.filter(pc.field("batch_seq") <= self.batch_seq)
        visible = set(recorded["batch_id"].to_pylist())
        by_batch: Counter[str] = Counter()
        by_day: Counter[date] = Counter()
        others: set[str] = set()
        columns = ["observed_at", "known_at", "batch_id", "feature_version"]
        for part in self.tables.stream(FEATURES, columns=columns, where=_within(self.days)):
            for batch, version, day, rows in self._counted(part):
                if batch not in visible:
                    continue
                if version != FEATURE_VERSION:
                    others.add(version)
                    continue
                by_batch[batch] += rows
                by_day[day] += rows
        return KnownFeatures(by_batch=by_batch, by_day=by_day, other_versions=tuple(sorted(others)))

    def _counted(self, part: pa.Table) -> Iterator[tuple[str, str, date, int]]:
        """Yield batch, feature version, day and the number of rows known in time."""
        late = pc.greater(part["known_at"], known_by(part["observed_at"], self.as_known))
        known = part.filter(pc.invert(late)) if pc.any(late).as_py() else part
        day = known["observed_at"].cast(pa.date32())
        found = known.select(["batch_id", "feature_version"]).append_column("day", day)
        groups = found.group_by(found.column_names, use_threads=False)
        counted = groups.aggregate([([], "count_all")]).to_pydict()
        return zip(*(counted[name] for name in (*found.column_names, "count_all")), strict=True)

    def score(
        self, spec: ModelSpec, pipeline: "Pipeline", known: KnownFeatures, stamp: Stamp
    ) -> bool:
        """Score the days and append them once; see `ports.Engine.score`."""
        inputs = inputs_of(spec, pipeline)
        kernel = partial(scored_in_order, spec, pipeline, inputs=inputs, stamp=stamp)
        tasks = (task for rows in self.ranges(inputs, known) for task in _tasks(rows))
        with one_thread():
            return self.tables.append_once(
                PREDICTIONS, _by_threads(kernel, tasks), name=stamp.commit_name
            )

    def ranges(self, inputs: Sequence[str], known: KnownFeatures) -> Iterator[pa.Table]:
        """Yield rows of whole days as known, in the kernel's order."""
        columns = list(dict.fromkeys([*FEATURES.key, *inputs, "known_at", "batch_id"]))
        # Those of the present feature version, which each batch is of one of.
        ours = pa.array(known.by_batch, pa.string())
        batches = self.batches.filter(pc.is_in(self.batches["batch_id"], value_set=ours))
        for days in segments(known.by_day, at_most=RANGE_ROWS):
            rows = self.tables.read(FEATURES, columns=columns, where=_within(days))
            by = known_by(rows["observed_at"], self.as_known)
            late = pc.greater(rows["known_at"], by)
            if pc.any(late).as_py():
                rows = rows.filter(pc.invert(late))
            visible = with_batch_seq(rows, batches, up_to=self.batch_seq)
            yield newest_in_order(visible, inputs)


def _within(days: Days) -> list[Condition]:
    first, end = days.window
    return [("observed_at", ">=", first), ("observed_at", "<", end)]


def _tasks(rows: pa.Table) -> Iterator[pa.Table]:
    """Cut rows in the kernel's order into parts of whole days, without a copy."""
    bounds = day_bounds(rows)
    start = bounds[0]
    for stop, following in zip(bounds[1:], [*bounds[2:], None], strict=True):
        if following is None or following - start > TASK_ROWS:
            yield rows.slice(start, stop - start)
            start = stop


def _by_threads(
    kernel: Callable[[pa.Table], pa.Table], tasks: Iterable[pa.Table]
) -> Iterator[pa.Table]:
    """Yield what the kernel makes of each task, in their order, a few of them at work."""
    workers = len(os.sched_getaffinity(0))
    pool = ThreadPoolExecutor(workers, initializer=_one_thread_each)
    at_work: deque[Future[pa.Table]] = deque()
    try:
        for task in tasks:
            at_work.append(pool.submit(kernel, task))
            if len(at_work) > 2 * workers:
                yield at_work.popleft().result()
        while at_work:
            yield at_work.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _one_thread_each() -> None:
    """Hold this thread's loops to itself: `one_thread` says it to OpenMP of its own thread only."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)
