"""Leases on one host: file locks, which the kernel frees when their holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fire_risk_assets.adapters.home_document import READ_ONLY, read_only
from fire_risk_assets.core.names import checked_name
from fire_risk_assets.errors import HomeUnusable, StoreBusy


@dataclass(frozen=True, slots=True)
class FileLease:
    """One lock file a name under `folder`.

    Attributes:
        patience_s: How long to wait for another holder, in seconds.
    """

    folder: Path
    patience_s: float = 60.0

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold the lease inside a `with`; see `ports.Lease`."""
        path = self.folder / f"{checked_name(name, what='lease')}.lock"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(path, timeout=self.patience_s)
            lock.acquire()
        except Timeout as cause:
            raise StoreBusy(
                f"The lease {name!r} has been held by another process for {self.patience_s:.0f} s."
            ) from cause
        except OSError as cause:
            home = self.folder.parent
            if cause.errno in READ_ONLY:
                raise read_only(home, f"{cause.strerror} at {path.relative_to(home)}") from cause
            raise HomeUnusable(f"The lock file {path} cannot be written: {cause}.") from cause
        try:
            yield
        finally:
            lock.release()
