"""Snapshots of training and holdout: what identifies them, and proof that they are disjoint.

A snapshot is a reference; the rows are rebuilt from the append-only tables whenever they are
wanted, and its digests say whether they are the same. Choosing rows belongs to `windows`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import pandas as pd
import pyarrow as pa

from fire_risk_assets.core.digest import digest_of_ordered, in_key_order
from fire_risk_assets.core.features.catalogue import FEATURE_VERSION
from fire_risk_assets.core.leaks import Finding, feature_findings
from fire_risk_assets.core.models.encoding import text_features
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Cycle, Snapshot
from fire_risk_assets.core.tables.spec import INSTANT
from fire_risk_assets.core.wording import are, counted
from fire_risk_assets.errors import DigestMismatch

Role = Literal["training", "holdout"]


def snapshot_of(
    rows: pd.DataFrame,
    *,
    spec: ModelSpec,
    cycle: Cycle,
    role: Role,
    window_from: datetime,
    window_until: datetime,
    delta_versions: Mapping[str, int],
    dropped_spent: int = 0,
    feature_version: str = FEATURE_VERSION,
    data_watermark: datetime | None = None,
) -> Snapshot:
    """Return the reference of labelled rows; the order of rows leaves no trace in it.

    Args:
        rows: Labelled rows of the window.
        spec: The model they belong to.
        cycle: The cycle they are taken for.
        role: What they are taken for.
        window_from: First instant of the window.
        window_until: End of the window, itself outside.
        delta_versions: Table versions read, by table name.
        dropped_spent: Rows left out because they had judged often enough.
        feature_version: Of the formulas behind the features.
        data_watermark: Newest `known_at` among what was read.
    """
    key_digest, whole_digest = digests(rows, spec=spec)
    return Snapshot(
        model_name=spec.name,
        cycle_id=cycle.cycle_id,
        role=role,
        as_of=cycle.as_of,
        batch_seq=cycle.batch_seq,
        window_from=window_from,
        window_until=window_until,
        rows=len(rows),
        positives=int((rows["target"] > 0).sum()),
        clusters=int(rows["day"].nunique()),
        dropped_spent=dropped_spent,
        key_digest=key_digest,
        content_digest=whole_digest,
        feature_version=feature_version,
        delta_versions=dict(delta_versions),
        data_watermark=data_watermark,
    )


def digests(rows: pd.DataFrame, *, spec: ModelSpec) -> tuple[str, str]:
    """Return the digest of the row keys, and that of keys, target and features."""
    return digests_of(rows, key=spec.key, features=spec.features)


def digests_of(
    rows: pd.DataFrame, *, key: tuple[str, ...], features: tuple[str, ...]
) -> tuple[str, str]:
    """Return what `digests` does, of rows whose model is not at hand."""
    columns = (*key, "target", *features)
    text = {"cell_id", "report_id", *text_features(features)}

    def arrow_type(name: str) -> pa.DataType:
        if name == "observed_at":
            return INSTANT
        return pa.large_string() if name in text else pa.float64()

    # Types are named and not inferred: a column of nothing but nulls would have a type of its own.
    table = pa.table(
        {
            name: pa.array(rows[name], type=arrow_type(name), from_pandas=True)
            for name in dict.fromkeys(columns)
        }
    )
    ordered = in_key_order(table, key=key)
    return (
        digest_of_ordered(ordered, columns=key),
        digest_of_ordered(ordered, columns=tuple(table.column_names)),
    )


def verify_snapshot(rows: pd.DataFrame, snapshot: Snapshot, *, spec: ModelSpec) -> None:
    """Make sure that rebuilt rows are those of the snapshot.

    Raises:
        DigestMismatch: they are not; the message says whether rows or their content differ.
    """
    key_digest, whole_digest = digests(rows, spec=spec)
    what = f"The {snapshot.role} rows of {snapshot.model_name}, cycle {snapshot.cycle_id},"
    if key_digest != snapshot.key_digest:
        raise DigestMismatch(
            f"{what} are other rows than recorded: {len(rows)} rows with key digest "
            f"{key_digest[:12]}; expected {snapshot.rows} with {snapshot.key_digest[:12]}."
        )
    if whole_digest != snapshot.content_digest:
        raise DigestMismatch(
            f"{what} have other targets or features than recorded: content digest "
            f"{whole_digest[:12]}; expected {snapshot.content_digest[:12]}."
        )


def disjoint(training: pd.DataFrame, holdout: pd.DataFrame, *, spec: ModelSpec) -> list[Finding]:
    """Return what training and holdout must not share, and features that carry the label.

    Args:
        training: Labelled rows that train.
        holdout: Labelled rows that judge.
        spec: The model.
    """
    identity = [spec.key[-1]] if spec.rows == "fire_reports" else list(spec.key)
    overlaps = (
        ("row_overlap", identity, "row"),
        ("cell_day_overlap", ["cell_id", "observed_at"], "cell-day"),
        ("day_overlap", ["day"], "day"),
    )
    findings = [
        Finding(
            code=code,
            detail=f"{counted(len(shared), what)} {are(len(shared))} in training and in the"
            f" holdout, e.g. {example}.",
            count=len(shared),
            blocking=True,
        )
        for code, columns, what in overlaps
        if len(shared := _shared(training, holdout, columns))
        and (example := ", ".join(str(value) for value in shared.iloc[0]))
    ]
    return [*findings, *feature_findings(training, holdout, spec=spec)]


def _shared(training: pd.DataFrame, holdout: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    ours, theirs = (rows[columns].drop_duplicates() for rows in (training, holdout))
    return ours.merge(theirs, on=columns, how="inner")
