"""A Postgres server of this machine's own package, on loopback, in a folder that ends with it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg2

from fire_risk_assets_tests.proc import free_port

PASSWORD = "s3cr3t p@ss/w:o%rd'\"#?&="  # noqa: S105  of a server that ends with its test
"""Every character that addresses, shells and quoting trip over; nothing may show it."""
ENCODED = quote(PASSWORD, safe="")
NEEDED = (
    "The production tests need the programs of Postgres: `make tools` as root, or"
    " `sudo apt-get install postgresql`."
)


@dataclass(frozen=True)
class Postgres:
    """A running server.

    Attributes:
        port: On 127.0.0.1.
    """

    port: int

    def uri(self, database: str, password: str = ENCODED) -> str:
        return f"postgresql://ann:{password}@127.0.0.1:{self.port}/{database}"

    def made(self, name: str) -> str:
        """Make an empty database of a new name that begins so, and return its address.

        MLflow remembers what it has seen of an address for as long as a process lives.
        """
        database = f"{name}_{uuid4().hex[:8]}"
        self.ask(f"CREATE DATABASE {database}")
        return self.uri(database)

    def ask(self, question: str, database: str = "postgres") -> list[tuple]:
        session = psycopg2.connect(self.uri(database))
        session.autocommit = True
        try:
            with session.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchall() if cursor.description else []
        finally:
            session.close()

    def dumped(self) -> str:
        """Every schema and row of every database as text."""
        told = {**os.environ, "PGPASSWORD": PASSWORD}
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "ann")
        command = [str(programs() / "pg_dumpall"), *where]
        return subprocess.run(command, env=told, check=True, capture_output=True, text=True).stdout


def programs() -> Path:
    """The folder of initdb and its kin; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    found += sorted(path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, NEEDED
    return found[-1]


def _as_nobody_special() -> dict:
    """Postgres refuses to run as root; as anybody else it runs as oneself."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def running_postgres():
    """Start a server and end it; its only user is `ann`, whose password is PASSWORD."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as scratch:
        folder, who = Path(scratch), _as_nobody_special()
        secret, data = folder / "password", folder / "data"
        secret.write_text(PASSWORD)
        if who:
            for path in (folder, secret):
                os.chown(path, who["user"], who["group"])
        asked = ("-U", "ann", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--no-sync")
        command = [programs() / "initdb", "-D", data, "--locale", "C", *asked]
        subprocess.run(command, **who, cwd=folder, check=True, capture_output=True)
        port = free_port()
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        control = [programs() / "pg_ctl", "-D", data, "-w", "-s"]
        started = [*control, "-l", folder / "log", "-o", options, "start"]
        subprocess.run(started, **who, cwd=folder, check=True, timeout=60)
        try:
            yield Postgres(port)
        finally:
            stopped = [*control, "-m", "immediate", "stop"]
            subprocess.run(stopped, **who, cwd=folder, check=True, timeout=60)
