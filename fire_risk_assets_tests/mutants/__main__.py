"""`python -m fire_risk_assets_tests.mutants`: plant each bug in a copy and see its tests fail."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fire_risk_assets_tests.mutants.planted import PLANTED, Planted

ROOT = Path(__file__).parents[2]
COPIED = ("fire_risk_assets", "fire_risk_assets_tests", "benchmarks", "pyproject.toml")
FAILED = 1
"""pytest's exit code when tests ran and at least one failed; anything else proves nothing."""


def main() -> int:
    """Print a table of bugs and what their tests said; 1 when one went unnoticed."""
    asked = sys.argv[1:]
    unnoticed = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        copy = Path(scratch)
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / name)
        for bug in PLANTED:
            if asked and not any(word in bug.name for word in asked):
                continue
            noticed, said = noticed_by_tests(bug, copy)
            unnoticed += not noticed
            mark = "noticed" if noticed else "UNNOTICED"
            sys.stdout.write(f"{mark:10} {bug.name}: {said}\n")
            sys.stdout.flush()
    return 1 if unnoticed else 0


def noticed_by_tests(bug: Planted, copy: Path) -> tuple[bool, str]:
    """Return whether a test fails once the bug is planted, and pytest's last line."""
    file = copy / "fire_risk_assets" / bug.file
    sound = file.read_text()
    file.write_text(sound.replace(bug.text, bug.instead))
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *bug.tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        file.write_text(sound)
    lines = ended.stdout.strip().splitlines() or [ended.stderr.strip()[-200:]]
    first = next((line for line in lines if line.startswith("FAILED")), lines[-1])
    return ended.returncode == FAILED, first.removeprefix("FAILED ")


if __name__ == "__main__":
    sys.exit(main())
