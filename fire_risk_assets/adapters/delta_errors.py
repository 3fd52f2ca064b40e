"""What delta-rs and the file system say, as facts of ours. One translation for every Delta file."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import HomeUnusable, StorageFull, StoreBroken, StoreBusy

_BACKTRACE = re.compile(r"\s+\d+: <unknown>")
_FULL = ("No space left", "os error 28", "Disk quota")
_DENIED = ("Permission denied", "os error 13", "Read-only file system", "os error 30")


@contextmanager
def delta_facts(what: str) -> Iterator[None]:
    """Raise our errors for what goes wrong inside; `what` names the table or file."""
    try:
        yield
    except CommitFailedError as cause:
        said = redacted(str(cause))
        raise StoreBusy(f"{what}: another writer committed first ({said}).") from cause
    except Exception as cause:
        # ValueError is Arrow's word for a damaged file; naming its own class would import pyarrow
        # (0.1 s) into commands that only read the ledger. DataFusion raises a bare Exception.
        known = (TableNotFoundError, DeltaError, OSError, ValueError)
        if not isinstance(cause, known) and type(cause) is not Exception:
            raise
        text = _BACKTRACE.split(str(cause))[0].strip()
        number = getattr(cause, "errno", None)
        if number == errno.ENOSPC or any(sign in text for sign in _FULL):
            raise StorageFull(f"{what}: the disk is full.") from cause
        if number in (errno.EACCES, errno.EROFS) or any(sign in text for sign in _DENIED):
            raise HomeUnusable(f"{what}: permission denied.") from cause
        raise StoreBroken(f"{what} cannot be used: {redacted(text)[:400]}") from cause
