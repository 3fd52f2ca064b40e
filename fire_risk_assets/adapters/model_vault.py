"""Model files out of MLflow's store: copied, hashed, checked, and only then deserialised."""

import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import ParseResult, unquote, urlparse

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fire_risk_assets.adapters.artifact_manifest import (
    PREDICTION,
    PROOF_FILE,
    manifest_digest,
    refuse_unsafe,
)
from fire_risk_assets.core.models.trusted import TRUSTED_TYPES
from fire_risk_assets.errors import ArtifactMismatch, ArtifactRejected

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

_CHILD = "fire_risk_assets.adapters.model_child"


@dataclass(frozen=True, slots=True)
class ModelVault:
    """Implements `ports.Vault`.

    Attributes:
        tracking_uri: Where sources (`models:/m-…`) are resolved.
        patience_s: How long a child may take to load and score, in seconds.
    """

    tracking_uri: str
    patience_s: float = 60.0

    def warm_up(self) -> None:
        """Start the fork server now, so that its imports overlap with training.

        Also the reason it is safe: a process that has used delta-rs must not fork itself.
        """
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([_CHILD])
        from multiprocessing import forkserver

        forkserver.ensure_running()

    def digest(self, source: str) -> str:
        """Return the manifest digest of the stored files; see `ports.Vault`."""
        with self._private_copy(source) as folder:
            return manifest_digest(folder)

    def load(self, source: str, sha256: str) -> "BaseEstimator":
        """Verify, then deserialise in this process; see `ports.Vault`."""
        import skops.io

        with self._verified(source, sha256) as model_file:
            return skops.io.load(model_file, trusted=list(TRUSTED_TYPES))

    def prove_loads(self, source: str, sha256: str) -> None:
        """Load and score the proof rows in a child process; see `ports.Vault`."""
        from fire_risk_assets.adapters.model_child import prove

        self.warm_up()
        with self._verified(source, sha256) as model_file:
            proof = pq.read_table(model_file.with_name(PROOF_FILE)).to_pandas()
            expected = proof.pop(PREDICTION).to_numpy()
            found = self._ask_child(prove, model_file, proof)
        if found.tobytes() != expected.astype("<f8").tobytes():
            raise ArtifactMismatch(f"{source} loads, but predicts other values than when saved.")

    def _ask_child(
        self, prove: Callable[..., None], model_file: Path, rows: pd.DataFrame
    ) -> np.ndarray:
        context = multiprocessing.get_context("forkserver")
        receiver, sender = context.Pipe(duplex=False)
        arguments = (sender, str(model_file), tuple(TRUSTED_TYPES), _stream(rows))
        child = context.Process(target=prove, args=arguments, daemon=True)
        child.start()
        sender.close()
        try:
            reply = receiver.recv_bytes() if receiver.poll(self.patience_s) else b"-no answer"
        except EOFError:
            reply = b"-the child process died"
        finally:
            child.kill()
            child.join()
        if reply[:1] != b"+":
            raise ArtifactRejected(f"The model does not load: {reply[1:].decode()}.")
        return np.frombuffer(reply[1:], dtype="<f8")

    @contextmanager
    def _verified(self, source: str, sha256: str) -> Iterator[Path]:
        with self._private_copy(source) as folder:
            found = manifest_digest(folder)
            if found != sha256:
                raise ArtifactMismatch(
                    f"The files of {source} hash to {found[:12]}…, the record says {sha256[:12]}…."
                )
            yield refuse_unsafe(folder)

    @contextmanager
    def _private_copy(self, source: str) -> Iterator[Path]:
        # What is hashed must be what is loaded: nobody else can write to the copy.
        with tempfile.TemporaryDirectory(prefix="fire-risk-model-") as scratch:
            target = Path(scratch) / "model"
            location = self._location(source)
            try:
                if location.scheme in ("", "file"):
                    shutil.copytree(unquote(location.path), target, symlinks=True)
                else:
                    from mlflow.artifacts import download_artifacts

                    target.mkdir()
                    download_artifacts(artifact_uri=location.geturl(), dst_path=str(target))
            except OSError as cause:
                raise ArtifactMismatch(f"The files of {source} cannot be read: {cause}.") from cause
            yield target

    def _location(self, source: str) -> ParseResult:
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException

        if source.startswith("models:/m-"):
            client = MlflowClient(tracking_uri=self.tracking_uri)
            try:
                source = client.get_logged_model(source.removeprefix("models:/")).artifact_location
            except MlflowException as cause:
                raise ArtifactMismatch(
                    f"{source} is not in the tracking store: {cause}."
                ) from cause
        return urlparse(source)


def _stream(batch: pd.DataFrame) -> bytes:
    table = pa.Table.from_pandas(batch)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())
