"""What the inside asks of the outside world. The docstrings are the law an adapter keeps.

A port is added when an action needs something that is not a value. No implementation here, and no
type of a library that an adapter hides.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pyarrow as pa

from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import RegisteredVersion
from fire_risk_assets.core.rows import RowCounts
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.core.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.base import BaseEstimator

Condition = tuple[str, str, Any]
"""(column, one of == != < <= > >= in, value)."""


class Clock(Protocol):
    """The one source of "now"."""

    def now(self) -> datetime:
        """Return the present instant, UTC."""
        ...

    def deciding(self, rows: Sequence[LedgerRow], as_of: datetime | None) -> datetime:
        """Return when an event of the ledger `rows` that stands at `as_of` is decided.

        The present, but in a home that replays the past.
        """
        ...


class TableStore(Protocol):
    """Append-only tables.

    `append` is atomic: all rows of one call become readable together or none does. A reader never
    sees half a call. An acknowledged append is in every later read.
    """

    def append(self, table: TableSpec, rows: pa.Table) -> int:
        """Append rows (columns of `table.schema`, any order) and return the table's new version.

        Raises:
            StorageFull, StoreBusy, StoreBroken, ForeignWriter, HomeUnusable.
        """
        ...

    def read(
        self,
        table: TableSpec,
        *,
        columns: Sequence[str] | None = None,
        where: Sequence[Condition] = (),
    ) -> pa.Table:
        """Return the rows fulfilling every condition; an empty table before the first append."""
        ...

    def version(self, table: TableSpec) -> int | None:
        """Return the table's newest version, None before the first append."""
        ...


class Ledger(Protocol):
    """`registry_status`. Rows are never changed; an acknowledged row is in every later read."""

    def rows(self, model_name: str) -> list[LedgerRow]:
        """Return the rows of one model ordered by seq, from one snapshot.

        Raises:
            TableMissing: the ledger was never created.
        """
        ...

    def all_rows(self) -> dict[str, list[LedgerRow]]:
        """Return the rows of every model, each ordered by seq, from one snapshot."""
        ...

    def append(self, row: LedgerRow) -> None:
        """Append the row if the model's newest seq is `row.seq - 1`, atomically.

        Any exception but HeadMoved means *unknown*: the row may have been written.

        Raises:
            HeadMoved: the model has another head; the row was not written.
        """
        ...

    def make_durable(self) -> None:
        """Return only when the newest commit would survive a power cut."""
        ...

    def compact(self) -> bool:
        """Merge small files when there are many; no row changes. Tell whether it was done."""
        ...


class Vault(Protocol):
    """Model files: hashed, verified before anything is deserialised, loaded."""

    def digest(self, source: str) -> str:
        """Return the manifest SHA-256 over (path, size, sha256) of every file of an artifact.

        Raises:
            ArtifactMismatch: the files are missing or not readable.
        """
        ...

    def load(self, source: str, sha256: str) -> "BaseEstimator":
        """Verify the digest and the allow-list, then return the fitted pipeline.

        Raises:
            ArtifactMismatch: the files are not the recorded ones; nothing was deserialised.
            ArtifactRejected: they ask for code or types outside the allow-list.
        """
        ...

    def prove_loads(self, source: str, sha256: str) -> None:
        """Verify, load and score the artifact's own proof rows in a child process.

        Raises:
            ArtifactMismatch: the files differ, or the predictions differ from the stored ones.
            ArtifactRejected: it asks for what is not allowed, or does not load.
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
        self, pipeline: "BaseEstimator", *, role: str, example: "pd.DataFrame"
    ) -> tuple[str, str]:
        """Save the pipeline as an artifact, wait until READY, read it back.

        Returns:
            (source URI, manifest SHA-256 of the stored files).

        Raises:
            ArtifactMismatch: what is stored is not what was saved.
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
        """Store a file with the run and return its address."""
        ...


class Evidence(Protocol):
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
        scored: "pd.DataFrame | None",
        metric_name: str,
        context: Mapping[str, str],
    ) -> bytes:
        """Return the evidence of one verdict as one HTML page, UTF-8; every text is escaped.

        Args:
            scored: One row a judged row: `day` (datetime64), `loss_candidate`, `loss_production`
                (float; of the baseline while nothing serves). None when nothing was judged.
            context: What else belongs to it: windows, digests, versions, run ids; shown in order.

        Raises:
            InvalidScores: a column is missing.
        """
        ...

    def difference_figure(self, scored: "pd.DataFrame", verdict: Verdict) -> bytes:
        """Return the loss differences by row and by day as PNG, 700 px wide, below 80 kB.

        Raises:
            InvalidScores: a column is missing.
        """
        ...

    def training_figures(
        self,
        *,
        task: Literal["regression", "classification"],
        scored: "pd.DataFrame",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRows:
    """Labelled rows as known at an instant.

    Attributes:
        frame: One row a labelled row; columns as `core.rows.labelled_rows` gives them.
        counts: What was left out, and why.
        watermark: Newest `known_at` among the rows read.
        delta_versions: Table versions read; evidence only.
    """

    frame: "pd.DataFrame"
    counts: RowCounts
    watermark: datetime | None
    delta_versions: dict[str, int]


class Engine(Protocol):
    """Applies the kernels of `core` to the tables, on one machine or on many."""

    def labelled_rows(self, spec: ModelSpec, *, as_of: datetime, batch_seq: int) -> KnownRows:
        """Return the model's labelled rows as known at `as_of`, of batches up to `batch_seq`.

        The same arguments give the same rows for ever: whatever arrived later does not exist.
        """
        ...

    def build_features(self, weather_batch: str, features_batch: str, *, batch_seq: int) -> int:
        """Append the feature rows owed to one weather batch under their own batch id, once.

        Args:
            weather_batch: Batch id of the weather rows.
            features_batch: Batch id the feature rows get; rows already there are not repeated.
            batch_seq: The weather batch's number; later batches do not exist for it.

        Returns:
            Number of feature rows of that batch.
        """
        ...


class Lease(Protocol):
    """At most one holder a name; freed when the holder's process ends, however it ends."""

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Hold the lease inside a `with`.

        Raises:
            StoreBusy: another process holds it beyond the adapter's patience.
        """
        ...


class References(Protocol):
    """Documents by model, cycle and name; written whole or not at all; a rewrite replaces."""

    def save(self, model: str, cycle_id: str, name: str, document: Mapping[str, Any]) -> None:
        """Store a JSON document."""
        ...

    def load(self, model: str, cycle_id: str, name: str) -> dict[str, Any] | None:
        """Return the document, or None when there is none."""
        ...

    def forget(self, model: str, cycle_id: str, name: str) -> None:
        """Remove a document, if it is there."""
        ...

    def find(self, model: str, name: str) -> dict[str, dict[str, Any]]:
        """Return every document of that name of a model, by cycle_id."""
        ...


class Processes(Protocol):
    """Who attempts a cycle, and whether he still lives."""

    def me(self) -> dict[str, Any]:
        """Return a mark of this process that no other process will ever have."""
        ...

    def alive(self, mark: dict[str, Any]) -> bool:
        """Tell whether the marked process exists; unknown counts as alive."""
        ...


class Provenance(Protocol):
    """Which code and environment decide."""

    def columns(self) -> dict[str, Any]:
        """Return the ledger columns `code_version` and `environment_digest`."""
        ...


class CrashPoints(Protocol):
    """Where a test may kill the process; does nothing otherwise."""

    def reach(self, point: str) -> None:
        """Pass a named point (`COMMIT:before`), or die there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The adapters an action works with, bound once by `wiring`."""

    clock: Clock
    tables: TableStore
    engine: Engine
    ledger: Ledger
    registry: ModelRegistry
    vault: Vault
    evidence: Evidence
    lease: Lease
    references: References
    processes: Processes
    provenance: Provenance
    crash: CrashPoints
