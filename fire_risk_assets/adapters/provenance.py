"""Which code and which packages make a decision: commit, uncommitted changes, environment."""

import hashlib
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent


class HostProvenance:
    """Implements `ports.Provenance`."""

    def columns(self) -> dict[str, Any]:
        """Return the ledger columns `code_version` and `environment_digest`."""
        return {"code_version": code_version(), "environment_digest": environment_digest()}


@cache
def code_version() -> str:
    """Return `COMMIT`, `COMMIT+DIGEST` with uncommitted changes, or `VERSION+DIGEST` of a wheel."""
    commit = _git("rev-parse", "HEAD")
    inside = _git("ls-files", "--error-unmatch", "--", str(PACKAGE / "__init__.py"))
    if commit and inside:
        changes = changes_in(PACKAGE)
        if changes is None:
            return f"{commit}+unknown"
        return commit if not changes else f"{commit}+{_sha256(changes)[:12]}"
    sources = b"".join(path.read_bytes() for path in sorted(PACKAGE.rglob("*.py")))
    return f"{metadata.version('fire_risk_assets')}+{_sha256(sources)[:12]}"


def changes_in(folder: Path) -> bytes | None:
    """Return what differs from the commit, untracked files by content; None when git cannot say."""
    diff = _git("diff", "HEAD", "--", str(folder), at=folder)
    names = _git("ls-files", "-z", "--others", "--exclude-standard", "--", ".", at=folder)
    if diff is None or names is None:
        return None
    parts = [diff.encode()]
    try:
        for name in sorted(filter(None, names.split("\0"))):
            parts += [name.encode(), (folder / name).read_bytes()]
    except OSError:
        return None
    return b"\0".join(parts)


@cache
def environment_digest() -> str:
    """SHA-256 over the sorted `name==version` of every installed package."""
    found = {f"{d.name.lower()}=={d.version}" for d in metadata.distributions()}
    return _sha256("\n".join(sorted(found)).encode())


def _git(*arguments: str, at: Path = PACKAGE) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603  (a fixed command, no outside text)
            ["git", "-C", str(at), *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
