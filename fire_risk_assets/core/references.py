"""What assets hand to each other: small, versioned documents, never frames or fitted models.

Every reference turns into plain JSON and back. Add a kind here when an asset must point at
something; what it points at stays where it is.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.stored import from_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Base of all references: JSON both ways, instants as ISO 8601."""

    def to_json(self) -> dict[str, Any]:
        """Return the reference as JSON types."""
        return {
            f.name: iso(value) if isinstance(value := getattr(self, f.name), datetime) else value
            for f in dataclasses.fields(self)
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            StoreBroken: fields are missing or unknown, or an instant is none.
        """
        return from_document(cls, document)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryCheck(Reference):
    """The outcome of the last time MLflow was compared with the ledger of a model.

    Attributes:
        consistent: They agreed.
        checked_at: When.
        serving_seq: Seq of the pointer move MLflow was last seen to show, 0 for none: tells
            drift from a projection that has not been finished.
        head_seq: Seq of the last row then.
    """

    consistent: bool
    checked_at: datetime
    serving_seq: int = 0
    head_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle(Reference):
    """One retraining attempt of one model.

    Attributes:
        as_of: The instant the cycle stands at; nothing known later exists for it.
        batch_seq: Newest batch that existed when the cycle was planned.
    """

    model_name: str
    cycle_id: str
    as_of: datetime
    batch_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Reference):
    """Rows of one role of one cycle, rebuilt at any time from the append-only tables.

    The predicate is `known_at <= as_of AND batch_seq <= batch_seq`, then the rows of
    [window_from, window_until) by the row's own time.

    Attributes:
        role: "training" or "holdout".
        rows: Number of rows.
        positives: Rows with a fire (classification) or a burned area above zero (regression).
        clusters: Distinct days.
        dropped_spent: Rows left out because they had judged often enough.
        key_digest: Digest of the row keys.
        content_digest: Digest of keys, target and features.
        delta_versions: Table versions read; evidence, never needed to rebuild.
    """

    model_name: str
    cycle_id: str
    role: str
    as_of: datetime
    batch_seq: int
    window_from: datetime
    window_until: datetime
    rows: int
    positives: int
    clusters: int
    dropped_spent: int = 0
    key_digest: str
    content_digest: str
    feature_version: str
    delta_versions: dict[str, int] = field(default_factory=dict)
    data_watermark: datetime | None = None

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Its rows are those of [from, until)."""
        return self.window_from, self.window_until


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion(Reference):
    """A registered version and what its files must hash to.

    Attributes:
        role: "candidate", "baseline" or "refit".
        artifact_sha256: Manifest digest of its files.
        source: Address of its files.
        training_rows: Rows it was fitted on; those of [training_from, training_until).
        seed: It was fitted with.
    """

    model_name: str
    version: int
    role: str
    cycle_id: str
    artifact_sha256: str
    run_id: str
    source: str
    training_rows: int
    training_digest: str
    training_from: datetime
    training_until: datetime
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit(Reference):
    """What a stored model was made of: the tags of its version say so too, but anybody edits them.

    Attributes:
        role: "candidate" or "baseline".
        artifact_sha256: Manifest digest of its files.
        source: Address of its files.
        params: What was fitted; {} for a baseline.
        code_version: Of the process that fitted it, as `environment_digest` is.
    """

    model_name: str
    cycle_id: str
    role: str
    artifact_sha256: str
    source: str
    run_id: str
    training_digest: str
    params: dict[str, Any]
    seed: int
    code_version: str
    environment_digest: str

    @property
    def name(self) -> str:
        """Name of its document: two attempts of a cycle at once fit two models."""
        return fit_name(self.artifact_sha256)


def fit_name(sha256: str) -> str:
    """Return the name of the document that says what a stored model was made of.

    >>> fit_name("ab12" * 16)
    'fit_ab12ab12ab12ab12'
    """
    return f"fit_{sha256[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredVersion:
    """What the registry says of one version.

    Attributes:
        stage: "None", "Staging", "Production" or "Archived".
        source: Address of the artifact.
        made_at: When it was registered, None where that is not on record.
    """

    version: int
    stage: str
    source: str
    run_id: str
    tags: dict[str, str] = field(default_factory=dict)
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedRun:
    """What the tracker says of one run that is there and not deleted.

    Attributes:
        name: As people see it.
        begun_at: When it started.
        ended: Whether it has an end, good or bad.
        dagster_run_id: The run it belongs to, "" for none.
    """

    run_id: str
    name: str
    begun_at: datetime
    ended: bool
    dagster_run_id: str = ""
