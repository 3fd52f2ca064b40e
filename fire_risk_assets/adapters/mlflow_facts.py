"""What MLflow raises, as facts of ours, and how patient its client is."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlflow.environment_variables import (
    MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES,
    MLFLOW_HTTP_REQUEST_TIMEOUT,
)
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import RegistryUnavailable


def limit_patience(*, retries: int, timeout_s: int) -> None:
    """Give up on a registry that is down within about a minute; the default takes four."""
    MLFLOW_HTTP_REQUEST_MAX_RETRIES.set(retries)
    MLFLOW_HTTP_REQUEST_TIMEOUT.set(timeout_s)
    MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR.set(1)


@contextmanager
def mlflow_facts(what: str) -> Iterator[None]:
    """Raise `RegistryUnavailable` for what goes wrong inside; `what` names the step."""
    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as cause:
        first_line = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
        raise RegistryUnavailable(f"MLflow, {what}: {redacted(first_line)[:300]}") from cause
