"""Reads a file, or takes it in, in a process of its own, and prints what that cost."""

import json
import resource
import sys
from pathlib import Path

from fire_risk_assets.adapters.landing import LandingFile
from fire_risk_assets.core.border.header import recognise
from fire_risk_assets_tests.bad_input.borders import Border


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bytes_read() -> int:
    return int(Path("/proc/self/io").read_text().split()[1])


def read(path: Path) -> dict[str, object]:
    """Every row once, kept nowhere."""
    source = LandingFile(path)
    source.sha256()
    chunks = source.chunks(recognise(source.header()))
    return {"rows": sum(chunk.cells.num_rows for chunk in chunks)}


def ingest(path: Path) -> dict[str, object]:
    report = Border(path.parent).offer_path(path)
    return {"rows": report.accepted, "code": report.rejection_code}


if __name__ == "__main__":
    verb, path = {"read": read, "ingest": ingest}[sys.argv[1]], Path(sys.argv[2])
    at_rest, before = peak_mb(), bytes_read()
    found = verb(path)
    found |= {"mb": peak_mb() - at_rest, "bytes": bytes_read() - before}
    sys.stdout.write(json.dumps(found))
