"""The first start of MLflow's store. Once, in one process: several at once break it for good."""

import logging
from pathlib import Path

from mlflow import MlflowClient

from fire_risk_assets.adapters.mlflow_facts import mlflow_facts

EXPERIMENT = "fire_risk"
_SHOWN_AS = {
    "mlflow.experimentKind": "custom_model_development",
    "mlflow.note.content": "One run a cycle and model, named by its date, with its search trials"
    " nested; the verdict page is under Artifacts.",
}


def prepare_mlflow(tracking_uri: str, artifacts: Path) -> str:
    """Create schema and experiment when they are missing; return the experiment's id.

    The experiment names its artifact folder, because the default is a folder under whatever
    directory the first caller stands in.
    """
    # It announces its own tables on stderr, which belongs to the person at the terminal.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)
    client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
    with mlflow_facts("opening the store"):
        found = client.get_experiment_by_name(EXPERIMENT)
        if found is not None:
            return str(found.experiment_id)
        location = artifacts.as_uri() if tracking_uri.startswith("sqlite:") else None
        return str(client.create_experiment(EXPERIMENT, artifact_location=location, tags=_SHOWN_AS))
