"""Predictions of a version fitted again, beside those of its archived files and the frozen ones."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from fire_risk_assets.actions.frozen_scores import frozen_scores
from fire_risk_assets.actions.recorded_fit import RecordedFit
from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.fitting import design, predict
from fire_risk_assets.core.ingredients import Ingredient, same_bits, told
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Snapshot
from fire_risk_assets.core.rows import row_keys
from fire_risk_assets.errors import ArtifactMismatch, ArtifactRejected
from fire_risk_assets.ports import World

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

ARCHIVED, FROZEN = "archived_predictions", "frozen_scores"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """A version fitted again, and what it is compared on.

    Attributes:
        pipeline: None where it cannot be fitted: `why_not`.
        archived: Its archived files are there and the recorded ones.
        judges: Rows that judged it; None where there are none, or their record is gone.
        snapshot: Their record.
        training: Rows it was fitted on.
    """

    record: RecordedFit
    pipeline: "Pipeline | None"
    why_not: str
    archived: bool
    judges: pd.DataFrame | None
    snapshot: Snapshot | None
    training: pd.DataFrame | None


def same_predictions(spec: ModelSpec, made: Made, world: World) -> tuple[list[Ingredient], int]:
    """Return what came of the comparisons, and on how many rows they were made.

    Those of the training set stand in where no rows judged the version.

    Raises:
        ProofUnfinished, RegistryUnavailable, StoreBroken: nothing is known of the predictions.
    """
    if made.pipeline is None:
        return [
            Ingredient(name=ARCHIVED, state="missing", detail=made.why_not),
            Ingredient(name=FROZEN, state="missing", needed=False, detail=made.why_not),
        ], 0
    judged = made.judges is not None and len(made.judges) > 0
    rows = made.judges if judged else made.training
    if rows is None:
        raise AssertionError("A version is fitted on rows.")
    found = predict(spec, made.pipeline, rows)
    compared = [_archived(spec, made, rows, found, world)]
    compared.append(_frozen(made, rows, found, world))
    return compared, len(rows)


def _archived(
    spec: ModelSpec, made: Made, rows: pd.DataFrame, found: Vector, world: World
) -> Ingredient:
    if not made.archived:
        detail = "its files are not those of the record"
        return Ingredient(name=ARCHIVED, state="missing", detail=detail)
    source, sha256 = (told(made.record.records, what) for what in ("source", "artifact_sha256"))
    try:
        asked = world.vault.predict(source, sha256, design(spec, rows))
    except (ArtifactMismatch, ArtifactRejected) as gone:
        return Ingredient(name=ARCHIVED, state="missing", detail=str(gone))
    keys = row_keys(rows).tolist()
    return same_bits(ARCHIVED, keys, asked.predictions, found, by="archived")


def _frozen(made: Made, rows: pd.DataFrame, found: Vector, world: World) -> Ingredient:
    frozen = _kept(made, world)
    if frozen.empty:
        detail = "none are kept of these rows"
        return Ingredient(name=FROZEN, state="missing", needed=False, detail=detail)
    mine = pd.DataFrame({"row_key": row_keys(rows).to_numpy(), "found": found})
    both = frozen.merge(mine, on="row_key", how="left", validate="many_to_one")
    if both["found"].isna().any():
        lost = int(both["found"].isna().sum())
        detail = f"{lost:,} of {len(both):,} frozen rows are none of the rows that judged"
        return Ingredient(name=FROZEN, state="differs", detail=detail)
    recorded = both["frozen"].to_numpy()
    return same_bits(
        FROZEN, both["row_key"].tolist(), recorded, both["found"].to_numpy(), by="frozen"
    )


def _kept(made: Made, world: World) -> pd.DataFrame:
    """Return `row_key` and `frozen`: what the version predicted when its cycle was judged."""
    version, records = made.record.version, made.record.records
    if made.snapshot is None:
        return pd.DataFrame({"row_key": [], "frozen": []})
    candidate = told(records, "role") != "baseline"
    column = "candidate" if candidate else "baseline"
    stored = frozen_scores(
        made.snapshot.model_name,
        made.snapshot.cycle_id,
        made.snapshot.content_digest,
        world.tables,
        columns=["row_key", "production_version", "candidate_version", column],
    ).to_pandas()
    # While nothing serves the registered baseline is the one that scored; later, one made to judge.
    mine = (
        stored["candidate_version"] == version if candidate else stored["production_version"].isna()
    )
    return stored[mine].rename(columns={column: "frozen"})[["row_key", "frozen"]]
