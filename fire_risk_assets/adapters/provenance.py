"""Which code and which packages make a decision, and what stands behind their digests.

Documents lie in `provenance/` of the home, named by digest, each written once:
`environment-DIGEST.json` (the list of packages) and `changes-DIGEST.diff` (what differed from the
commit).
"""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from fire_risk_assets.adapters.atomic_file import write_whole
from fire_risk_assets.adapters.work_tree import changes_in, git_says
from fire_risk_assets.core.disk_facts import disk_fact
from fire_risk_assets.core.provenance import Environment, changes_digest, diff_to_keep
from fire_risk_assets.core.stored import from_document
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import StoreBroken

PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Code:
    """The code that runs.

    Attributes:
        version: `COMMIT`, `COMMIT+DIGEST` with uncommitted changes, or `VERSION+DIGEST` of a wheel.
        changes: What differs from the commit; b"" for a clean tree, a wheel, or where git cannot
            say.
    """

    version: str
    changes: bytes = b""


@dataclass(frozen=True, slots=True)
class HostProvenance:
    """Implements `ports.Provenance`.

    Attributes:
        folder: Where what stands behind the digests is kept.
        package: The code that decides.
    """

    folder: Path
    package: Path = PACKAGE

    def columns(self) -> dict[str, Any]:
        """Return the ledger columns `code_version` and `environment_digest`."""
        version = running_code(self.package).version
        return {"code_version": version, "environment_digest": installed().digest()}

    def keep(self) -> None:
        """Keep the list of packages and the diff of a dirty tree; see `ports.Provenance`."""
        now, code = installed(), running_code(self.package)
        self._once(_list_of(now.digest()), json.dumps(asdict(now), indent=1, sort_keys=True))
        digest = changes_digest(code.version)
        if digest is not None and code.changes:
            self._once(_diff_of(digest), diff_to_keep(code.changes))

    def environment(self, digest: str) -> Environment | None:
        """Return the environment of a digest; see `ports.Provenance`."""
        path = self.folder / _list_of(digest)
        try:
            return from_document(Environment, json.loads(path.read_text()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, StoreBroken) as cause:
            said = f"The list of packages {path} cannot be read"
            broken = StoreBroken(as_sentence(f"{said}: {cause}"))
            raise disk_fact(cause, said) or broken from cause

    def environment_now(self) -> Environment:
        """Return what is installed."""
        return installed()

    def changes_of(self, code_version: str) -> str | None:
        """Return where the diff of a dirty tree lies; see `ports.Provenance`."""
        digest = changes_digest(code_version)
        path = None if digest is None else self.folder / _diff_of(digest)
        return str(path) if path is not None and path.is_file() else None

    def _once(self, name: str, text: str) -> None:
        path = self.folder / name
        if not path.exists():
            write_whole(path, text, home=self.folder.parent)


def _list_of(digest: str) -> str:
    return f"environment-{digest}.json"


def _diff_of(digest: str) -> str:
    return f"changes-{digest}.diff"


def code_version() -> str:
    """Return the ledger's `code_version`; see `Code`."""
    return running_code().version


@cache
def running_code(package: Path = PACKAGE) -> Code:
    """Return the code of this process as its files were when this was first asked."""
    commit = git_says("rev-parse", "HEAD", at=package)
    inside = git_says("ls-files", "--error-unmatch", "--", str(package / "__init__.py"), at=package)
    if commit and inside:
        version, changes = commit.decode().strip(), changes_in(package)
        if changes is None:
            return Code(f"{version}+unknown")
        return Code(f"{version}+{_sha256(changes)[:12]}", changes) if changes else Code(version)
    sources = b"".join(path.read_bytes() for path in sorted(package.rglob("*.py")))
    return Code(f"{metadata.version('fire_risk_assets')}+{_sha256(sources)[:12]}")


@cache
def installed() -> Environment:
    """Return what this process imports from: of two versions of a package the first found."""
    packages: dict[str, str] = {}
    for found in metadata.distributions():
        packages.setdefault(found.name.lower(), found.version)
    return Environment(
        python=f"{platform.python_implementation()} {platform.python_version()}",
        platform=f"{platform.system()}-{platform.machine()}",
        packages=packages,
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
