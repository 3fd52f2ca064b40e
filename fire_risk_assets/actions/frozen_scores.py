"""The frozen scores of one comparison, as every reader of them asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES

if TYPE_CHECKING:
    import pyarrow as pa

    from fire_risk_assets.ports import Condition, TableStore


def frozen_scores(
    model_name: str,
    cycle_id: str,
    holdout_digest: str | None,
    tables: TableStore,
    *,
    columns: Sequence[str] | None = None,
    where: Sequence[Condition] = (),
) -> pa.Table:
    """Return the scores kept of the rows a cycle judged on, in no order.

    Args:
        model_name: The model.
        cycle_id: The cycle.
        holdout_digest: Content digest of the rows.
        tables: The lake.
        columns: Wanted ones; None: all.
        where: Further conditions.
    """
    mine: list[Condition] = [
        ("model_name", "==", model_name),
        ("cycle_id", "==", cycle_id),
        ("holdout_digest", "==", holdout_digest),
        *where,
    ]
    return tables.read(ADJUDICATION_SCORES, columns=columns, where=mine)
