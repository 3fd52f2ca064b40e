"""What Spark says, as facts of ours: its own errors, and ours that were raised in a worker."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from fire_risk_assets import errors
from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import EngineFailed, EngineUnavailable, FireRiskError, StoreBusy

_RAISED = re.compile(r"^fire_risk_assets\.errors\.\w+\.(\w+): (.+)$", re.MULTILINE)
_CONFLICT = re.compile(r"DELTA_CONCURRENT|\bio\.delta\.exceptions\.Concurrent\w+Exception")


@contextmanager
def starting(where: str) -> Iterator[None]:
    """Raise our error when a session cannot be had; `where` is a master or a server."""
    try:
        yield
    except Exception as cause:
        raise EngineUnavailable(
            f"Spark could not be started on {redacted(where)}: {_first_line(cause)}"
        ) from cause


@contextmanager
def spark_facts(what: str) -> Iterator[None]:
    """Raise our errors for what goes wrong inside; `what` names the table or the step.

    Raises:
        FireRiskError: the very one a kernel raised in a worker.
        StoreBusy: another writer committed first.
        EngineFailed: whatever else Spark says.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError) as cause:
        text = str(cause)
        if (ours := _raised_in_worker(text)) is not None:
            raise ours from cause
        if fact := disk_fact(cause, what, said=redacted(text)[:300]):
            raise fact from cause
        if _CONFLICT.search(text):
            raise StoreBusy(f"{what}: another writer committed first.") from cause
        raise EngineFailed(f"{what}: Spark failed: {_first_line(cause)}") from cause


def _raised_in_worker(text: str) -> FireRiskError | None:
    """Return the error of ours a Python worker died of: Spark hands on only its traceback."""
    for name, message in _RAISED.findall(text):
        kind = getattr(errors, name, None)
        if isinstance(kind, type) and issubclass(kind, FireRiskError):
            return kind(message)
    return None


def _first_line(cause: BaseException) -> str:
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return redacted(lines[0] if lines else type(cause).__name__)[:400]
