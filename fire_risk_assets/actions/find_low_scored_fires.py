"""Fires whose cell-day had been scored in the lowest fifth: each is a question worth asking."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa

from fire_risk_assets.core.arrow import ordinal
from fire_risk_assets.core.incident.bands import BANDS, LOOKS_BACK, band_of
from fire_risk_assets.core.incident.question import REACH, Question, that_counts
from fire_risk_assets.core.tables.observed import BATCHES, REPORTS
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.core.tables.spec import INSTANT
from fire_risk_assets.ports import TableStore

_DAY_US = 86_400_000_000
_YEAR_US = LOOKS_BACK.days * _DAY_US


def find_low_scored_fires(
    models: Sequence[str], tables: TableStore, *, after_batch: int, up_to_batch: int
) -> list[Question]:
    """Return a question for each model and each fire reported in newer batches and scored lowest.

    What counts is the last prediction of the cell that was known when the fire started, of an
    observation within a day before; fires nobody had predicted anything for are no question.

    Args:
        models: Names.
        tables: The lake.
        after_batch: Reports of this batch and earlier ones were looked at before.
        up_to_batch: Reports of later batches are looked at later.

    Returns:
        In the order of the models, then of the fires.
    """
    new = [("batch_seq", ">", after_batch), ("batch_seq", "<=", up_to_batch)]
    batches = tables.read(BATCHES, columns=["batch_id"], where=new)["batch_id"].to_pylist()
    if not batches:
        return []
    fires = tables.read(
        REPORTS, columns=["cell_id", "started_at"], where=[("batch_id", "in", batches)]
    )
    if fires.num_rows == 0:
        return []
    known = sorted({(row["started_at"], row["cell_id"]) for row in fires.to_pylist()})
    return [
        Question(model_name=model, cell_id=cell, at=started)
        for model in models
        for started, cell in _lowest(model, known, tables)
    ]


def _lowest(
    model: str, fires: Sequence[tuple[datetime, str]], tables: TableStore
) -> list[tuple[datetime, str]]:
    year = tables.read(
        PREDICTIONS,
        columns=["cell_id", "observed_at", "known_at", "prediction"],
        where=[
            ("model_name", "==", model),
            ("observed_at", ">=", fires[0][0] - LOOKS_BACK - 2 * REACH),
            ("observed_at", "<", fires[-1][0] + REACH),
        ],
    )
    if year.num_rows == 0:
        return []
    cells = np.array(year["cell_id"].to_pylist(), dtype=object)
    observed, known = ordinal(year["observed_at"]), ordinal(year["known_at"])
    predictions = year["prediction"].to_numpy(zero_copy_only=False)
    found = []
    for started, cell in fires:
        at, reach = (pa.scalar(each, INSTANT).value for each in (started, started - REACH))
        mine = np.flatnonzero((cells == cell) & (observed <= at) & (observed > reach))
        if mine.size == 0:
            continue
        order = mine[np.argsort(known[mine], kind="stable")]
        counts = order[that_counts(known[order].tolist(), at)]
        # Of the year up to the end of the observation's day, as the dossier does.
        midnight = observed[counts] // _DAY_US * _DAY_US
        past = (observed >= midnight - _YEAR_US) & (observed < midnight + _DAY_US)
        band = band_of(float(predictions[counts]), predictions[past])
        if band is not None and band.name == BANDS[0]:
            found.append((started, cell))
    return found
