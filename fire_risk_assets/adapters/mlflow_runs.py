"""One MLflow run, by explicit id: values, files, data sets, models, nested trials.

Never the fluent API with its process-wide active run: a failure there leaves a run open that the
next one adopts. The one place that must use it is `defs/tracking.py`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlflow import MlflowClient
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelOutput,
    LoggedModelStatus,
    Metric,
    Param,
    RunTag,
)
from mlflow.exceptions import MlflowException

from fire_risk_assets.adapters.artifact_manifest import PREDICTION, PROOF_FILE, manifest_digest
from fire_risk_assets.adapters.mlflow_facts import mlflow_facts
from fire_risk_assets.adapters.scratch import scratch_folder
from fire_risk_assets.core.fitting import one_thread
from fire_risk_assets.core.models.trusted import TRUSTED_TYPES
from fire_risk_assets.errors import ArtifactMismatch, ArtifactRejected
from fire_risk_assets.ports import Clock, Vault

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.base import BaseEstimator


@dataclass(frozen=True, slots=True)
class MlflowRun:
    """Implements `ports.RunTracker`.

    Attributes:
        tracking_uri: Database or server.
        run_id: The run everything is recorded on.
        vault: Reads models back.
    """

    tracking_uri: str
    run_id: str
    vault: Vault
    clock: Clock

    def log_model(
        self, pipeline: "BaseEstimator", *, role: str, example: "pd.DataFrame"
    ) -> tuple[str, str]:
        """Save, upload, finalise, read back; see `ports.RunTracker`."""
        client = self._client()
        with scratch_folder() as scratch:
            folder = scratch / "model"
            _save(pipeline, folder, example)
            saved = manifest_digest(folder)
            with mlflow_facts(f"logging the {role} model"):
                experiment = client.get_run(self.run_id).info.experiment_id
                model = client.create_logged_model(
                    experiment, name=role, source_run_id=self.run_id, model_type="sklearn"
                )
                client.log_model_artifacts(model.model_id, str(folder))
                client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
                client.log_outputs(self.run_id, [LoggedModelOutput(model.model_id, step=0)])
        source = f"models:/{model.model_id}"
        stored = self.vault.digest(source)
        if stored != saved:
            raise ArtifactMismatch(
                f"{source} was saved as {saved[:12]}…, stored as {stored[:12]}….",
                remedy="Repeat the cycle: the model is fitted and stored anew. If it happens again,"
                " look at the disk.",
            )
        self.vault.make_durable(source)
        return source, stored

    def log(
        self,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Record values in one request; see `ports.RunTracker`."""
        now = self._millis()
        with mlflow_facts("logging values"):
            self._client().log_batch(
                self.run_id,
                metrics=[Metric(k, float(v), now, 0) for k, v in (metrics or {}).items()],
                params=[Param(k, str(v)) for k, v in (params or {}).items()],
                tags=[RunTag(k, str(v)) for k, v in (tags or {}).items()],
            )

    def log_trials(self, trials: Sequence[tuple[Mapping[str, Any], float]]) -> None:
        """Record trials as child runs; see `ports.RunTracker`."""
        client = self._client()
        with mlflow_facts("logging search trials"):
            experiment = client.get_run(self.run_id).info.experiment_id
            for number, (params, score) in enumerate(trials):
                tags = {"mlflow.parentRunId": self.run_id, "mlflow.runName": f"trial {number}"}
                child = client.create_run(experiment, tags=tags)
                client.log_batch(
                    child.info.run_id,
                    metrics=[Metric("cv_loss", float(score), self._millis(), 0)],
                    params=[Param(k, str(v)) for k, v in params.items()],
                )
                client.set_terminated(child.info.run_id, "FINISHED")

    def log_dataset(self, name: str, *, role: str, digest: str, rows: int) -> None:
        """Record a data set as input; see `ports.RunTracker`."""
        dataset = Dataset(
            name=name,
            digest=digest[:36],
            source_type="delta",
            source=json.dumps({"snapshot": name, "content_digest": digest}),
            profile=f'{{"num_rows": {rows}}}',
        )
        tag = InputTag("mlflow.data.context", role)
        inputs = [DatasetInput(dataset, [tag])]
        with mlflow_facts("logging a data set"):
            try:
                self._client().log_inputs(self.run_id, inputs)
            except MlflowException:
                # Of two runs logging one new data set MLflow fails the later; now it is there.
                self._client().log_inputs(self.run_id, inputs)

    def log_file(self, path: str, content: bytes) -> str:
        """Store a file with the run; see `ports.RunTracker`."""
        client = self._client()
        with scratch_folder() as scratch:
            local = scratch / Path(path).name
            local.write_bytes(content)
            with mlflow_facts(f"storing {path}"):
                client.log_artifact(self.run_id, str(local), str(Path(path).parent))
                experiment = client.get_run(self.run_id).info.experiment_id
        return f"#/experiments/{experiment}/runs/{self.run_id}/artifacts/{path}"

    def _millis(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    def _client(self) -> MlflowClient:
        return MlflowClient(tracking_uri=self.tracking_uri, registry_uri=self.tracking_uri)


@contextmanager
def _refusals_of_skops() -> Iterator[None]:
    """Tell what the format refuses, which it will refuse again, from a disk that does not take it.

    MLflow raises one type for both, with what happened as its cause or merely its context.
    """
    try:
        yield
    except MlflowException as refusal:
        root = refusal.__cause__ or refusal.__context__
        if root is None or isinstance(root, OSError | MemoryError):
            raise
        first_line = (str(root).strip().splitlines() or [type(root).__name__])[0]
        raise ArtifactRejected(
            f"The model cannot be saved as skops: {first_line[:300]}"
        ) from refusal


def _save(pipeline: "BaseEstimator", folder: Path, example: "pd.DataFrame") -> None:
    import mlflow.sklearn
    from mlflow.models import infer_signature

    proba = getattr(pipeline, "predict_proba", None)
    with one_thread():
        output = pipeline.predict(example) if proba is None else proba(example)[:, 1]
    with mlflow_facts("saving the model"), _refusals_of_skops():
        mlflow.sklearn.save_model(
            pipeline,
            str(folder),
            serialization_format="skops",
            skops_trusted_types=list(TRUSTED_TYPES),
            signature=infer_signature(example, output),
            # Given, because inferring them starts a process and takes 13 s.
            pip_requirements=["scikit-learn", "skops", "pandas", "numpy"],
            pyfunc_predict_fn="predict" if proba is None else "predict_proba",
        )
    example.assign(**{PREDICTION: output}).to_parquet(folder / PROOF_FILE, index=False)
