"""The MLflow run of a Dagster run; the only file that knows dagster-mlflow.

The shipped resource finds or starts one MLflow run a Dagster run, proxies the whole mlflow module
and leaves a process-wide active run behind. Its end hook may close the run early, and after a
failure the next log call opens a stray run that the next Dagster run adopts. So: everything is
logged by explicit run id (`adapters/mlflow_runs.py`), the final status is set here, from the
events of the Dagster run, and no active run may exist before or after.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from fire_risk_assets.defs.failures import was_interrupt
from fire_risk_assets.errors import RegistryDrift
from fire_risk_assets.settings import Settings


class TrackingRun:
    """The MLflow run of this Dagster run; started when its id is first asked for.

    Not when the resource is made: an error there would end the run before any step, where no hook
    records it, and a run that has nothing to do would leave an empty MLflow run.
    """

    def __init__(self, context: dg.InitResourceContext, settings: Settings) -> None:
        self._context = context
        self._settings = settings
        self._shipped: Iterator[Any] | None = None
        self._mlflow: Any = None
        self._run_id = ""

    @property
    def run_id(self) -> str:
        """Id of the MLflow run.

        Raises:
            RegistryDrift: another MLflow run is active in this process.
            RegistryUnavailable: MLflow does not answer.
        """
        if self._shipped is None:
            self._start()
        return self._run_id

    def _start(self) -> None:
        with _its_warnings_accepted():
            from dagster_mlflow import mlflow_tracking
        from fire_risk_assets.adapters.mlflow_facts import mlflow_facts
        from fire_risk_assets.adapters.mlflow_store import EXPERIMENT

        _require_none_active("before")
        config: dict[str, Any] = {
            "experiment_name": EXPERIMENT,
            "mlflow_tracking_uri": self._settings.tracking_uri,
            "parent_run_id": None,
            "mlflow_run_id": None,
            "env": {},
            "env_to_tag": None,
            "extra_tags": {},
        }
        with mlflow_facts("starting the run"), _its_warnings_accepted():
            # Typed as a function of nothing or of a context; it is a generator of the latter.
            shipped: Any = mlflow_tracking.resource_fn
            started = iter(shipped(self._context.replace_config(config)))
            self._mlflow = next(started)
            self._run_id = self._mlflow.active_run().info.run_id
        # Last: after a start that failed the next question starts again.
        self._shipped = started

    def close(self) -> None:
        """End the run as the Dagster run ended; leave no active run in the process."""
        if self._shipped is None:
            return
        try:
            if self._mlflow is not None:
                self._end()
        finally:
            # Lets the shipped resource finish; with no active run left it has nothing to end.
            next(self._shipped, None)
        _require_none_active("after")

    def _end(self) -> None:
        """FAILED when any step failed for good, an interrupted one too: so does Dagster."""
        instance, run = self._context.instance, self._context.run
        if instance is None or run is None:
            self._mlflow.end_run(status="FAILED")
            return
        failed = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
        events = [entry.dagster_event for entry in failed if entry.dagster_event is not None]
        if any(map(was_interrupt, events)):
            from fire_risk_assets.adapters.mlflow_endings import mark_interrupted

            # By id: without an active run the proxied module would start a stray one.
            mark_interrupted(self._settings.tracking_uri, self._run_id)
        self._mlflow.end_run(status="FAILED" if events else "FINISHED")


@contextmanager
def _its_warnings_accepted() -> Iterator[None]:
    """The shipped resource is beta and reads deprecated fields; that is why it has this file."""
    with warnings.catch_warnings():
        for category in (dg.BetaWarning, DeprecationWarning):
            warnings.simplefilter("ignore", category)
        yield


def _require_none_active(when: str) -> None:
    import mlflow

    active = mlflow.active_run()
    if active is not None:
        raise RegistryDrift(
            f"MLflow run {active.info.run_id} is active in this process {when} the Dagster run.",
            remedy="End it (mlflow.end_run()), or start the run in a process of its own.",
        )


def tracking_resource(settings: Settings) -> dg.ResourceDefinition:
    """Return the resource `mlflow`: a `TrackingRun` for the time of a Dagster run."""

    @dg.resource(description="The MLflow run of this Dagster run, by dagster-mlflow.")
    def mlflow(context: dg.InitResourceContext) -> Iterator[TrackingRun]:
        tracking = TrackingRun(context, settings)
        try:
            yield tracking
        finally:
            tracking.close()

    return mlflow
