"""MLflow runs that no step of their own ended: interrupted, or their process was killed."""

from mlflow import MlflowClient

from fire_risk_assets.adapters.mlflow_facts import mlflow_facts
from fire_risk_assets.adapters.mlflow_store import EXPERIMENT

ENDED = "fire_risk.ended"
"""Tag that says how."""


def mark_interrupted(tracking_uri: str, run_id: str) -> None:
    """Say that a person ended the run; its status is FAILED, as in Dagster.

    Raises:
        RegistryUnavailable: MLflow does not answer.
    """
    with mlflow_facts("marking an interrupted run"):
        MlflowClient(tracking_uri=tracking_uri).set_tag(run_id, ENDED, "interrupted")


def end_dead_runs(tracking_uri: str, dagster_run_id: str) -> None:
    """End the MLflow runs that a killed Dagster run has left RUNNING, as Dagster ends it: failed.

    MLflow's own word for it, KILLED, would be the one status that differs between the two; a tag
    says what happened instead.

    Raises:
        RegistryUnavailable: MLflow does not answer.
    """
    client = MlflowClient(tracking_uri=tracking_uri)
    with mlflow_facts("ending a dead run"):
        experiment = client.get_experiment_by_name(EXPERIMENT)
        if experiment is None:
            return
        mine = f"tags.dagster_run_id = '{dagster_run_id}' and attributes.status = 'RUNNING'"
        for run in client.search_runs([experiment.experiment_id], filter_string=mine):
            client.set_tag(run.info.run_id, ENDED, "killed: its process no longer exists")
            client.set_terminated(run.info.run_id, status="FAILED")
