"""What MLflow raises, as facts of ours, and how patient its client is."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc
from mlflow.environment_variables import (
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR,
    MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES,
    MLFLOW_HTTP_REQUEST_TIMEOUT,
)
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, SQLAlchemyError

from fire_risk_assets.core.causes import chain_of
from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import RegistryUnavailable, StorageFull, StoreBroken

_REFUSALS = ("INVALID_PARAMETER_VALUE", "BAD_REQUEST")
_PASSING = (IntegrityError, InterfaceError, sqlalchemy.exc.TimeoutError)
_REFUSED = (
    "Correct the address, name or value the message names, or bring MLflow's database back from a"
    " backup if it is damaged; the same request would be refused again."
)

# On stderr, which belongs to the person at the terminal, it announces its own tables and prints the
# traceback of each error of its database, which is told in one sentence here.
logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)


def limit_patience(*, retries: int, timeout_s: int) -> None:
    """Give up on a registry that is down within about a minute; the default takes four."""
    MLFLOW_HTTP_REQUEST_MAX_RETRIES.set(retries)
    MLFLOW_HTTP_REQUEST_TIMEOUT.set(timeout_s)
    MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR.set(1)
    # Artifacts that a server hands on are many small files, each with a bar of its own on stderr.
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR.set(False)


@contextmanager
def mlflow_facts(what: str) -> Iterator[None]:
    """Raise our errors for what goes wrong inside; `what` names the step.

    Raises:
        StorageFull: there is no room for what it would write.
        StorageFailing: the disk fails.
        HomeReadOnly: this user may not write there.
        RegistryUnavailable: it does not answer, or may answer otherwise in a while.
        StoreBroken: it answered, and will answer the same again.
    """
    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as cause:
        said = f"MLflow, {what}: {redacted(_words(cause))[:300]}"
        if fact := disk_fact(cause, f"MLflow, {what}"):
            # The first words of a database say more than the chain of errors around them.
            raise fact if isinstance(fact, StorageFull) else type(fact)(said) from cause
        if _is_refusal(cause):
            raise StoreBroken(said, remedy=_REFUSED) from cause
        raise RegistryUnavailable(said) from cause


def _words(cause: Exception) -> str:
    # What SQLAlchemy puts around the words of a database is about its own sessions.
    own = [str(e.orig) for e in chain_of(cause) if isinstance(e, DBAPIError) and e.orig]
    return (str(own[-1] if own else cause).strip().splitlines() or [type(cause).__name__])[0]


def _is_refusal(cause: Exception) -> bool:
    # MLflow calls every error of its database a bad request, also that another process wrote the
    # same key first, or that no connection was free.
    return (
        isinstance(cause, MlflowException)
        and cause.error_code in _REFUSALS
        and not isinstance(cause.__cause__, _PASSING)
    )
