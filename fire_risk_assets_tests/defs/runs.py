"""What the tests read back: the runs of Dagster and of MLflow."""

from collections import defaultdict

from mlflow import MlflowClient

from fire_risk_assets.adapters.mlflow_endings import ENDED
from fire_risk_assets.adapters.mlflow_store import EXPERIMENT
from fire_risk_assets.defs.instance import open_instance


def dagster_runs(settings):
    """Every run of the home, newest first."""
    with open_instance(settings) as instance:
        return instance.get_runs()


def mlflow_statuses(settings):
    """Statuses of the MLflow runs by Dagster run id."""
    return _by_dagster_run(settings, lambda run: run.info.status)


def mlflow_endings(settings):
    """What ended the MLflow runs from outside, by Dagster run id."""
    return _by_dagster_run(settings, lambda run: run.data.tags.get(ENDED))


def _by_dagster_run(settings, told):
    client = MlflowClient(settings.tracking_uri)
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    found = defaultdict(list)
    for run in client.search_runs([experiment]):
        if "dagster_run_id" in run.data.tags:
            found[run.data.tags["dagster_run_id"]].append(told(run))
    return dict(found)
