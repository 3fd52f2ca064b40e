"""Leases on one host: file locks, which the kernel frees when their holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fire_risk_assets.adapters.write_errors import unwritable
from fire_risk_assets.core.names import checked_name
from fire_risk_assets.errors import HomeUnusable, StoreBusy


@dataclass(frozen=True, slots=True)
class FileLease:
    """One lock file a name under `folder`.

    Attributes:
        patience_s: How long to wait for another holder where the caller does not say, seconds.
    """

    folder: Path
    patience_s: float = 60.0

    @contextmanager
    def hold(self, name: str, *, patience_s: float | None = None) -> Iterator[None]:
        """Hold the lease inside a `with`; see `ports.Lease`."""
        patience = self.patience_s if patience_s is None else patience_s
        path = self.folder / f"{checked_name(name, what='lease')}.lock"
        try:
            # Apart: the mode is the last folder's only, and these are the first ones of a home.
            for folder in (self.folder.parent, self.folder):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(path, timeout=patience)
            lock.acquire()
        except Timeout as cause:
            raise StoreBusy(
                f"The lease {name!r} has been held by another process for {patience:.0f} s."
            ) from cause
        except IsADirectoryError as cause:
            raise HomeUnusable(
                f"{path} is a folder; a lease is a file there.",
                remedy="Move the folder away: nobody holds a lease by it.",
            ) from cause
        except OSError as cause:
            raise unwritable(path, cause, home=self.folder.parent) from cause
        try:
            yield
        finally:
            lock.release()
