"""Leases between hosts: advisory locks of a Postgres server, freed when the connection ends.

They save work, as file locks do on one host. That nothing is decided or numbered twice rests on the
tables, which compare: so a holder who lost his connection, and the lease with it, ends his work and
is told by a warning. Not through a pooler that shares connections: the lock is the session's.
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fire_risk_assets.core.names import checked_name
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import LeaseUnavailable, StoreBusy

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

LOST = logging.getLogger(__name__)
_ASKED_AGAIN_S = 0.1
# Both ends notice within a minute that the other host is gone; by default it takes two hours.
_ALIVE = {"idle": 30, "interval": 10, "count": 3}
_MINE = {"keepalives": 1, **{f"keepalives_{name}": value for name, value in _ALIVE.items()}}
_ITS = " ".join(f"-c tcp_keepalives_{name}={value}" for name, value in _ALIVE.items())


@dataclass(frozen=True, slots=True)
class PostgresLease:
    """One advisory lock a name, each held on a connection of its own.

    Attributes:
        uri: `postgresql://USER:PASSWORD@HOST/DATABASE`; never shown.
        scope: What the holders share: the same name elsewhere is another lease.
        patience_s: How long to wait for another holder where the caller does not say, seconds.
    """

    uri: str = field(repr=False)
    scope: str
    patience_s: float = 60.0

    @contextmanager
    def hold(self, name: str, *, patience_s: float | None = None) -> Iterator[None]:
        """Hold the lease inside a `with`; see `ports.Lease`.

        Raises:
            LeaseUnavailable: the server does not answer, or not to this user.
        """
        patience = self.patience_s if patience_s is None else patience_s
        key = lock_key(self.scope, checked_name(name, what="lease"))
        with closing(self._connected(name)) as session:
            self._wait(session, key, name, patience)
            try:
                yield
            finally:
                _let_go(session, key, name)

    def _connected(self, name: str) -> "Connection":
        try:
            import psycopg2
        except ImportError as cause:
            raise LeaseUnavailable(
                "Leases on Postgres need the package psycopg2.",
                remedy="Install fire_risk_assets[prod], or unset lease_uri.",
            ) from cause
        try:
            session = psycopg2.connect(
                self.uri.replace("postgresql+psycopg2://", "postgresql://", 1),
                connect_timeout=10,
                application_name=f"fire_risk {name}",
                options=_ITS,
                **_MINE,
            )
        except psycopg2.Error as cause:
            raise _unavailable(name, cause) from None
        # Else the lock's transaction would stay open, and hold back the server's clean-up.
        session.autocommit = True
        return session

    def _wait(self, session: "Connection", key: int, name: str, patience: float) -> None:
        import psycopg2

        until = time.monotonic() + patience
        try:
            # Asked again and not waited for in the server: Ctrl-C would have to wait as well.
            while not _said(session, "SELECT pg_try_advisory_lock(%s)", key):
                if time.monotonic() >= until:
                    raise StoreBusy(
                        f"The lease {name!r} has been held by another process for {patience:.0f} s."
                    )
                time.sleep(_ASKED_AGAIN_S)
        except psycopg2.Error as cause:
            raise _unavailable(name, cause) from None


def lock_key(scope: str, name: str) -> int:
    """Return the number of an advisory lock: 64 bits with a sign.

    >>> lock_key("/srv/home/lake", "ingest") == lock_key("/srv/home/lake", "ingest")
    True
    >>> lock_key("/srv/home/lake", "ingest") == lock_key("/srv/other/lake", "ingest")
    False
    """
    digest = hashlib.sha256(f"fire_risk|{scope}|{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _let_go(session: "Connection", key: int, name: str) -> None:
    import psycopg2

    try:
        kept = _said(session, "SELECT pg_advisory_unlock(%s)", key)
    except psycopg2.Error:
        kept = False
    if not kept:
        LOST.warning(
            "The lease %r was lost before its holder was done: the connection to its server ended."
            " Another process may have worked at the same time; what both wrote was compared, and"
            " the later one refused.",
            name,
        )


def _said(session: "Connection", question: str, key: int) -> bool:
    with session.cursor() as cursor:
        cursor.execute(question, (key,))
        (answer,) = cursor.fetchone() or (False,)
    return bool(answer)


def _unavailable(name: str, cause: Exception) -> LeaseUnavailable:
    # Without its cause: that one may hold the whole address, and would be printed with ours.
    said = " ".join(redacted(str(cause)).split()) or type(cause).__name__
    return LeaseUnavailable(f"The server of the lease {name!r} does not answer: {said[:300]}.")
