"""Models and what is shown of them: files, registry, runs, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.base import BaseEstimator

    from fire_risk_assets.core.explaining.explanation import Asked, Explanation
    from fire_risk_assets.core.references import RegisteredVersion, TrackedRun
    from fire_risk_assets.core.verdict import Verdict


class Vault(Protocol):
    """Model files: hashed, verified before anything is deserialised, loaded."""

    def digest(self, source: str) -> str:
        """Return the manifest SHA-256 over (path, size, sha256) of every file of an artifact.

        Raises:
            ArtifactMismatch: the files are missing or not readable.
            RegistryUnavailable, StorageFull: they could not be copied; nothing is known of them.
        """
        ...

    def missing(self, sources: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return which artifacts lack files without which none is loaded, and their names.

        Looks at names only, of all artifacts at once; what they hold `digest` tells.

        Raises:
            RegistryUnavailable: the store does not answer.
        """
        ...

    def load(self, source: str, sha256: str) -> BaseEstimator:
        """Verify the digest and the allow-list, then return the fitted pipeline.

        Raises:
            ArtifactMismatch: the files are not the recorded ones; nothing was deserialised.
            ArtifactRejected: they ask for code or types outside the allow-list.
            RegistryUnavailable, StorageFull: as `digest`.
        """
        ...

    def files(self, source: str, sha256: str) -> dict[str, bytes]:
        """Verify the digest, then return the files by path; nothing is deserialised.

        Raises:
            ArtifactMismatch: the files are not the recorded ones.
            RegistryUnavailable, StorageFull: as `digest`.
        """
        ...

    def make_durable(self, source: str) -> None:
        """Flush files that lie on a disk of this host, so that a power cut cannot take them back.

        Raises:
            RegistryUnavailable, StorageFull, StoreBroken: as `digest`, or the disk refuses.
        """
        ...

    def warm_up(self) -> None:
        """Start whatever `prove_loads` will need, without waiting for it."""
        ...

    def prove_loads(self, source: str, sha256: str) -> None:
        """Verify, load and score the artifact's own proof rows in a child process.

        Raises:
            ArtifactMismatch: the files differ, or the predictions differ from the stored ones.
            ArtifactRejected: it asks for what is not allowed, has no proof rows, or does not load.
            ProofUnfinished: the host, and not the model, ended the proof; another try may pass.
        """
        ...

    def predict(self, source: str, sha256: str, rows: pd.DataFrame) -> Asked:
        """Verify, then let a child process load the model and predict.

        For models that are looked at and do not serve: nothing of them runs in this process.

        Args:
            source: Address of the artifact.
            sha256: Manifest digest on record.
            rows: Features, those the pipeline is given among them.

        Raises:
            ArtifactMismatch, ArtifactRejected, ProofUnfinished: as `prove_loads`.
        """
        ...

    def explain(
        self, source: str, sha256: str, row: pd.DataFrame, background: pd.DataFrame
    ) -> Explanation:
        """Return why the model says what it says of one row; as `predict`, in a child process.

        Args:
            source: Address of the artifact.
            sha256: Manifest digest on record.
            row: One row of features.
            background: Rows of its training set, at least one.

        Raises:
            ArtifactMismatch, ArtifactRejected, ProofUnfinished: as `prove_loads`.
            InvalidScores: contributions of features do not add up to what the model says.
        """
        ...


class ModelRegistry(Protocol):
    """Registered versions, stages and the `production` alias: a projection of the ledger."""

    def versions(self, model_name: str) -> list[RegisteredVersion]:
        """Return every version ordered by number; [] for an unknown model.

        Raises:
            RegistryUnavailable: as every method here, when the registry does not answer in time.
        """
        ...

    def register(self, model_name: str, *, source: str, run_id: str, tags: dict[str, str]) -> int:
        """Create a version; a lost reply may have created one (look again by tags)."""
        ...

    def has_run(self, run_id: str) -> bool:
        """Tell whether the run of a version is there, and not deleted."""
        ...

    def runs(self) -> list[TrackedRun]:
        """Return every run of ours that is there and not deleted, without those nested in one."""
        ...

    def production_alias(self, model_name: str) -> int | None:
        """Return the version the `production` alias names, None when it is not set."""
        ...

    def point_alias(self, model_name: str, version: int | None) -> None:
        """Move the `production` alias, or delete it."""
        ...

    def move_to_production(self, model_name: str, version: int) -> None:
        """Put the version in stage Production and archive the others there."""
        ...

    def archive(self, model_name: str, version: int) -> None:
        """Put the version in stage Archived."""
        ...

    def tag(self, model_name: str, version: int, tags: Mapping[str, str]) -> None:
        """Set tags of the version; others stay."""
        ...

    def describe(self, model_name: str, version: int, text: str) -> None:
        """Set the description people read on the version's page."""
        ...


class RunTracker(Protocol):
    """One tracking run of one attempt of one cycle, by explicit id."""

    @property
    def run_id(self) -> str:
        """The run's id."""
        ...

    def log_model(
        self, pipeline: BaseEstimator, *, role: str, example: pd.DataFrame
    ) -> tuple[str, str]:
        """Save the pipeline as an artifact, wait until READY, read it back.

        Returns:
            (source URI, manifest SHA-256 of the stored files).

        Raises:
            ArtifactMismatch: what is stored is not what was saved.
            ArtifactRejected: it holds what cannot be saved, or could not be loaded again.
        """
        ...

    def log(
        self,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Record values on the run."""
        ...

    def log_trials(self, trials: Sequence[tuple[Mapping[str, Any], float]]) -> None:
        """Record search trials as runs nested under this one."""
        ...

    def log_dataset(self, name: str, *, role: str, digest: str, rows: int) -> None:
        """Record a data set as an input of the run."""
        ...

    def log_file(self, path: str, content: bytes) -> str:
        """Store a file with the run; return where the tracker's pages show it, as a route."""
        ...


class EvidenceRenderer(Protocol):
    """Verdicts and fits as people look at them: a self-contained page, PNG figures.

    Pure rendering: nothing is read or stored, no network. Losses are lower-is-better, and
    differences are candidate minus reference: positive means that the candidate is worse.
    """

    def verdict_page(
        self,
        *,
        model_name: str,
        cycle_id: str,
        verdict: Verdict,
        differences: bytes | None,
        metric_name: str,
        context: Mapping[str, str],
    ) -> bytes:
        """Return the evidence of one verdict as one HTML page, UTF-8; every text is escaped.

        Args:
            differences: What `difference_figure` drew; None when nothing was judged.
            context: What else belongs to it: windows, digests, versions, run ids; shown in order.
        """
        ...

    def difference_figure(self, scored: pd.DataFrame, verdict: Verdict) -> bytes:
        """Return the loss differences by row and by day as PNG, 1400 px wide.

        Args:
            scored: One row a judged row: `day` (datetime64), `loss_candidate`, `loss_reference`
                (float; of the baseline while nothing serves).
            verdict: What was decided on them.

        Raises:
            InvalidScores: a column is missing.
        """
        ...

    def thumbnail(self, png: bytes, *, times: int) -> bytes:
        """Return a figure with `times` fewer pixels a side, as PNG."""
        ...

    def training_figures(
        self,
        *,
        task: Literal["regression", "classification"],
        scored: pd.DataFrame,
        target: str = "burned area (ha)",
    ) -> dict[str, bytes]:
        """Return the figures of a fit as PNG by file name, 700 px wide.

        Args:
            scored: One row a scored row: `y_true`, `prediction` (hectares, or class and
                probability), `season` (text), `day` (datetime64).
            target: Name and unit of what a regression predicts.

        Raises:
            InvalidScores: a column is missing.
        """
        ...
