"""Model files out of MLflow's store: copied, hashed, checked, and only then deserialised."""

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from fire_risk_assets.adapters.artifact_manifest import (
    PREDICTION,
    PROOF_FILE,
    files_of,
    manifest_digest,
    refuse_unsafe,
)
from fire_risk_assets.adapters.delta_errors import delta_facts
from fire_risk_assets.adapters.durable import flush, flush_tree
from fire_risk_assets.adapters.mlflow_facts import mlflow_facts
from fire_risk_assets.adapters.model_places import local_folder, missing_files, place_of
from fire_risk_assets.adapters.model_prover import ModelProver
from fire_risk_assets.adapters.scratch import scratch_folder
from fire_risk_assets.core.manifest import manifest_of
from fire_risk_assets.core.models.trusted import TRUSTED_TYPES
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import ArtifactMismatch, ArtifactRejected

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.base import BaseEstimator

    from fire_risk_assets.core.explaining.explanation import Asked, Explanation

_NO_MODEL = (zipfile.BadZipFile, LookupError, TypeError, ValueError)
"""What a file that is no model of trusted types makes the loader raise."""


@dataclass(frozen=True, slots=True)
class ModelVault:
    """Implements `ports.Vault`.

    Attributes:
        tracking_uri: Where sources (`models:/m-…`) are resolved.
        prover: Loads models in a child process.
    """

    tracking_uri: str
    prover: ModelProver = field(default_factory=ModelProver)

    def warm_up(self) -> None:
        """Start the child process now, so that its imports overlap with training."""
        self.prover.start()

    def digest(self, source: str) -> str:
        """Return the manifest digest of the stored files; see `ports.Vault`.

        Of a local store where they lie: nothing is loaded, so nobody can exchange it in between.
        """
        folder = local_folder(place_of(source, self.tracking_uri))
        if folder is None:
            with self._private_copy(source) as copy:
                return manifest_digest(copy)
        _require_folder(folder, source)
        with delta_facts(f"The files of {source}"):
            return manifest_digest(folder)

    def missing(self, sources: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Look for the files of each artifact by name; see `ports.Vault`."""
        return missing_files(sources, self.tracking_uri)

    def make_durable(self, source: str) -> None:
        """Flush files and folders of a local store; see `ports.Vault`."""
        folder = local_folder(place_of(source, self.tracking_uri))
        if folder is None:
            return
        with delta_facts(f"The files of {source}"):
            flush_tree(folder)
            # The folder is new, and so is the one it lies in.
            flush(folder.parents[:3])

    def load(self, source: str, sha256: str) -> "BaseEstimator":
        """Verify, then deserialise in this process; see `ports.Vault`."""
        import skops.io

        with self._verified(source, sha256) as model_file:
            try:
                return skops.io.load(model_file, trusted=list(TRUSTED_TYPES))
            except _NO_MODEL as cause:
                raise ArtifactRejected(as_sentence(f"{source} does not load: {cause}")) from cause

    def prove_loads(self, source: str, sha256: str) -> None:
        """Load and score the proof rows in a child process; see `ports.Vault`."""
        with self._verified(source, sha256) as model_file:
            proof_file = model_file.with_name(PROOF_FILE)
            if not proof_file.is_file():
                raise ArtifactRejected(
                    f"The files of {source} hold no {PROOF_FILE}, the rows whose predictions show"
                    " that a version loads as it was saved."
                )
            proof = pq.read_table(proof_file)
            expected = proof[PREDICTION].to_numpy()
            rows_file = model_file.parent.parent / PROOF_FILE
            pq.write_table(proof.drop_columns(PREDICTION), rows_file)
            found = self.prover.predictions(model_file, rows_file).predictions
        if found.tobytes() != expected.astype("<f8").tobytes():
            raise ArtifactMismatch(f"{source} loads, but predicts other values than when saved.")

    def files(self, source: str, sha256: str) -> dict[str, bytes]:
        """Verify, then return the files; see `ports.Vault`."""
        with self._private_copy(source) as folder:
            files = files_of(folder)
        _require_same(manifest_of(files), sha256, source)
        return files

    def predict(self, source: str, sha256: str, rows: "pd.DataFrame") -> "Asked":
        """Verify, then predict in a child process; see `ports.Vault`."""
        with self._asked(source, sha256, rows) as files:
            return self.prover.predictions(*files)

    def explain(
        self, source: str, sha256: str, row: "pd.DataFrame", background: "pd.DataFrame"
    ) -> "Explanation":
        """Verify, then explain in a child process; see `ports.Vault`."""
        import pandas as pd

        rows = pd.concat([row, background], ignore_index=True)
        with self._asked(source, sha256, rows) as files:
            return self.prover.explanation(*files)

    @contextmanager
    def _asked(self, source: str, sha256: str, rows: "pd.DataFrame") -> Iterator[tuple[Path, Path]]:
        with self._verified(source, sha256) as model_file:
            rows_file = model_file.parent.parent / "rows.parquet"
            pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), rows_file)
            yield model_file, rows_file

    @contextmanager
    def _verified(self, source: str, sha256: str) -> Iterator[Path]:
        with self._private_copy(source) as folder:
            _require_same(manifest_digest(folder), sha256, source)
            yield refuse_unsafe(folder)

    @contextmanager
    def _private_copy(self, source: str) -> Iterator[Path]:
        # What is hashed must be what is loaded: nobody else can write to the copy.
        with scratch_folder() as scratch:
            target = scratch / "model"
            self._copy(source, target)
            yield target

    def _copy(self, source: str, target: Path) -> None:
        # Only what is certainly gone is a mismatch, which refuses a cycle for good; a store that
        # does not answer or a full disk is an error, which a later attempt may not meet.
        location = place_of(source, self.tracking_uri)
        folder = local_folder(location)
        if folder is not None:
            _require_folder(folder, source)
            with delta_facts(f"The files of {source}"):
                shutil.copytree(folder, target, symlinks=True)
            return
        from mlflow.artifacts import download_artifacts

        scratch = target.with_name("download")
        scratch.mkdir()
        with mlflow_facts(f"reading the files of {source}"):
            # The last part of the address becomes a folder, or not: the client tells which.
            found = download_artifacts(
                artifact_uri=location.geturl(),
                dst_path=str(scratch),
                tracking_uri=self.tracking_uri,
            )
            Path(found).rename(target)


def _require_folder(folder: Path, source: str) -> None:
    if not folder.is_dir():
        raise ArtifactMismatch(f"The files of {source} are gone: {folder} does not exist.")


def _require_same(found: str, sha256: str, source: str) -> None:
    if found != sha256:
        raise ArtifactMismatch(
            f"The files of {source} hash to {found[:12]}…, the record says {sha256[:12]}…."
        )
