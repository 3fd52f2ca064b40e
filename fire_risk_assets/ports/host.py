"""The host: clock, leases, processes, provenance, and the points where tests may kill."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from fire_risk_assets.core.ledger.row import LedgerRow
    from fire_risk_assets.core.provenance import Environment


class Clock(Protocol):
    """The one source of "now"."""

    @property
    def replays(self) -> bool:
        """Whether the home replays the past: what is made now then counts as made in time."""
        ...

    def now(self) -> datetime:
        """Return the present instant, UTC."""
        ...

    def deciding(self, rows: Sequence[LedgerRow], as_of: datetime | None) -> datetime:
        """Return when an event of the ledger `rows` that stands at `as_of` is decided.

        The present, but in a home that replays the past.
        """
        ...


class Lease(Protocol):
    """At most one holder a name; freed when the holder's process ends, however it ends.

    It saves work: of a lease that a server keeps, a second one may be given out while the first
    holder still works, when the connection between them breaks. What must not happen twice is
    compared where it is written.
    """

    def hold(self, name: str, *, patience_s: float | None = None) -> AbstractContextManager[None]:
        """Hold the lease inside a `with`.

        Args:
            name: What is leased.
            patience_s: How long to wait for another holder, in seconds; None: the adapter's own.

        Raises:
            StoreBusy: another process held it for longer.
            LeaseUnavailable: what keeps the leases does not answer.
        """
        ...


class Processes(Protocol):
    """Who attempts a cycle, and whether he still lives."""

    def me(self) -> dict[str, Any]:
        """Return a mark of this process that no other process will ever have."""
        ...

    def elsewhere(self, mark: dict[str, Any]) -> str | None:
        """Return the host of the marked process where that is another one than this.

        Raises:
            StoreBroken: it is no mark.
        """
        ...

    def alive(self, mark: dict[str, Any]) -> bool:
        """Tell whether the marked process exists; unknown counts as alive.

        Raises:
            StoreBroken: it is no mark.
        """
        ...


class Provenance(Protocol):
    """Which code and environment decide."""

    def columns(self) -> dict[str, Any]:
        """Return the ledger columns `code_version` and `environment_digest`."""
        ...

    def keep(self) -> None:
        """Keep in the home what stands behind `columns`, each thing once, whoever asks how often.

        The list of packages; where the code differs from its commit, the difference, with secrets
        hidden and its size bounded.

        Raises:
            StorageFull, StorageFailing, HomeReadOnly, HomeUnusable: nothing is left behind.
        """
        ...

    def environment(self, digest: str) -> Environment | None:
        """Return the environment kept under a digest, None where none was.

        Whether it still has that digest is for the caller to see.

        Raises:
            StoreBroken: what is kept cannot be read.
        """
        ...

    def environment_now(self) -> Environment:
        """Return the environment of this process."""
        ...

    def changes_of(self, code_version: str) -> str | None:
        """Return where the difference between this code and its commit is kept, None if nowhere."""
        ...


class CrashPoints(Protocol):
    """Where a test may kill the process; does nothing otherwise."""

    def reach(self, point: str) -> None:
        """Pass a named point (`COMMIT:before`), or die there."""
        ...
