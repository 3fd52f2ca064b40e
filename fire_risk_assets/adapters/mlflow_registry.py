"""The MLflow model registry, as a projection of the ledger: versions, stage and alias."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from fire_risk_assets.adapters.mlflow_facts import mlflow_facts
from fire_risk_assets.adapters.mlflow_listing import instant_of, runs_by_client, runs_by_database
from fire_risk_assets.adapters.mlflow_store import EXPERIMENT
from fire_risk_assets.core.names import checked_name
from fire_risk_assets.core.references import RegisteredVersion, TrackedRun

ALIAS = "production"
ABOUT = (
    "Alias and stage show what registry_status decided; who moves them here by hand is reported and"
    " undone. To move them: `fire-risk promote`, `fire-risk rollback`. Why a version serves:"
    " `fire-risk history`."
)


@dataclass(frozen=True, slots=True)
class MlflowRegistry:
    """Implements `ports.ModelRegistry`.

    Attributes:
        tracking_uri: Database or server of tracking and registry.
    """

    tracking_uri: str

    def versions(self, model_name: str) -> list[RegisteredVersion]:
        """Return every version ordered by number; see `ports.ModelRegistry`."""
        with mlflow_facts(f"reading the versions of {model_name}"):
            client = self._client()
            found: list[ModelVersion] = []
            token = None
            while token is None or token:
                page = client.search_model_versions(
                    # A checked name cannot hold a quote.
                    f"name = '{checked_name(model_name)}'",
                    max_results=10_000,
                    page_token=token,
                )
                found.extend(page)
                token = page.token or ""
        listed = [
            RegisteredVersion(
                version=int(v.version),
                stage=str(v.current_stage),
                source=str(v.source),
                run_id=str(v.run_id or ""),
                tags=dict(v.tags),
                made_at=instant_of(v.creation_timestamp),
            )
            for v in found
        ]
        return sorted(listed, key=lambda v: v.version)

    def register(self, model_name: str, *, source: str, run_id: str, tags: dict[str, str]) -> int:
        """Create a version; see `ports.ModelRegistry`."""
        client = self._client()
        # A `models:/` source is resolved through the global URI, whatever the client was given.
        mlflow.set_tracking_uri(self.tracking_uri)
        with mlflow_facts(f"registering a version of {model_name}"):
            try:
                client.create_registered_model(model_name, description=ABOUT)
            except MlflowException as cause:
                if cause.error_code != "RESOURCE_ALREADY_EXISTS":
                    raise
            created = client.create_model_version(
                model_name,
                source=source,
                run_id=run_id,
                tags=tags,
                model_id=source.removeprefix("models:/")
                if source.startswith("models:/m-")
                else None,
            )
        return int(created.version)

    def has_run(self, run_id: str) -> bool:
        """Tell whether a run is there, and not deleted; see `ports.ModelRegistry`."""
        with mlflow_facts(f"reading run {run_id}"):
            try:
                run = self._client().get_run(run_id)
            except MlflowException as cause:
                if cause.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                return False
        return bool(run.info.lifecycle_stage == "active")

    def runs(self) -> list[TrackedRun]:
        """Return the runs of the experiment; see `ports.ModelRegistry`."""
        with mlflow_facts("reading the runs"):
            experiment = self._client().get_experiment_by_name(EXPERIMENT)
            if experiment is None:
                return []
            if self.tracking_uri.startswith("http"):
                return runs_by_client(self._client(), experiment.experiment_id)
            return runs_by_database(self.tracking_uri, experiment.experiment_id)

    def production_alias(self, model_name: str) -> int | None:
        """Return the alias's version; `search_model_versions` lists no aliases."""
        with mlflow_facts(f"reading the alias of {model_name}"):
            try:
                return int(self._client().get_model_version_by_alias(model_name, ALIAS).version)
            except MlflowException as cause:
                if cause.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                    return None
                raise

    def point_alias(self, model_name: str, version: int | None) -> None:
        """Move or delete the alias; see `ports.ModelRegistry`."""
        with mlflow_facts(f"moving the alias of {model_name}"):
            if version is None:
                self._client().delete_registered_model_alias(model_name, ALIAS)
            else:
                self._client().set_registered_model_alias(model_name, ALIAS, str(version))

    def move_to_production(self, model_name: str, version: int) -> None:
        """Stage Production, archiving the others; see `ports.ModelRegistry`."""
        self._stage(model_name, version, "Production")

    def archive(self, model_name: str, version: int) -> None:
        """Stage Archived; two concurrent promotions can leave two in Production."""
        self._stage(model_name, version, "Archived")

    def tag(self, model_name: str, version: int, tags: Mapping[str, str]) -> None:
        """Set tags of the version; see `ports.ModelRegistry`."""
        with mlflow_facts(f"tagging version {version} of {model_name}"):
            for name, value in tags.items():
                self._client().set_model_version_tag(model_name, str(version), name, value)

    def describe(self, model_name: str, version: int, text: str) -> None:
        """Set the version's description; see `ports.ModelRegistry`."""
        with mlflow_facts(f"describing version {version} of {model_name}"):
            self._client().update_model_version(model_name, str(version), text)

    def _stage(self, model_name: str, version: int, stage: str) -> None:
        with mlflow_facts(f"moving version {version} of {model_name} to {stage}"), _stages_work():
            self._client().transition_model_version_stage(
                model_name,
                str(version),
                stage,
                archive_existing_versions=stage == "Production",
            )

    def _client(self) -> MlflowClient:
        return MlflowClient(tracking_uri=self.tracking_uri, registry_uri=self.tracking_uri)


@contextmanager
def _stages_work() -> Iterator[None]:
    # Stages are deprecated but kept in step with the alias: the book's readers look there.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield
