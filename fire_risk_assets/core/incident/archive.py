"""What an archive of an incident holds, and whether it still holds together: without the home.

Everything that is claimed is computed from the archive's own bytes: digests of files and rows, the
ledger's chain, and that dossier, ledger and model speak of the same version. Who could write all
of it anew could write it consistently; the digest of the whole, noted elsewhere, shows that.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fire_risk_assets.core.incident.claims import Claim, compared, missing
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.manifest import manifest_of
from fire_risk_assets.core.provenance import Environment
from fire_risk_assets.core.references import Snapshot
from fire_risk_assets.core.snapshots import digests_of
from fire_risk_assets.errors import StoreBroken

FORMAT = 1
MANIFEST, LEDGER, ENVIRONMENT = "manifest.json", "ledger.json", "environment.json"
PAGE, DOSSIER = "dossier/index.html", "dossier/dossier.json"
MODEL = "model/"
SNAPSHOTS = ("training", "holdout")

Content = Mapping[str, bytes]


def as_json(document: Any) -> bytes:  # noqa: ANN401  (whatever JSON takes)
    """Return a document as it is archived."""
    return (json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def as_parquet(rows: pd.DataFrame) -> bytes:
    """Return labelled rows as they are archived."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), buffer)
    return buffer.getvalue()


def with_manifest(content: Content, *, incident_id: str, absent: Mapping[str, str]) -> Content:
    """Return the content with the list of what it is, and of what could not be had and why."""
    files = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in content.items()
    }
    manifest = {
        "format": FORMAT,
        "incident_id": incident_id,
        "files": files,
        "absent": dict(absent),
    }
    return {**content, MANIFEST: as_json(manifest)}


def check_archive(content: Content) -> list[Claim]:
    """Return what can be said of an archive: verified, contradicted, or not verifiable.

    Args:
        content: Its files by name; names are safe, see the adapter that reads them.

    Raises:
        StoreBroken: it has no manifest, dossier or ledger that can be read.
    """
    manifest, dossier = _document(content, MANIFEST), _document(content, DOSSIER)
    rows = [LedgerRow.from_json(row) for row in _document(content, LEDGER)]
    absent: Mapping[str, str] = manifest.get("absent", {})
    return [
        _files(content, manifest),
        compared(
            "same_incident",
            "The dossier is that of the incident the archive is named by.",
            differs=_other(dossier.get("incident_id"), manifest.get("incident_id")),
        ),
        compared(
            "ledger_whole",
            "The ledger is whole: no row was edited, none is missing.",
            differs="; ".join(chain_findings(rows)),
            detail=f"hash chain of {len(rows)} rows",
        ),
        _served(dossier, rows),
        _model(content, dossier, rows, absent),
        *(_snapshot(content, dossier, name, absent) for name in SNAPSHOTS),
        _environment(content, dossier, absent),
    ]


def _document(content: Content, name: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(content[name])
    except KeyError as gone:
        raise StoreBroken(f"The archive holds no {name}; it is none of an incident.") from gone
    except ValueError as cause:
        raise StoreBroken(f"{name} of the archive is no JSON.") from cause


def _files(content: Content, manifest: Mapping[str, Any]) -> Claim:
    listed = manifest.get("files", {})
    found = {name: data for name, data in content.items() if name != MANIFEST}
    wrong = [f"{name} is missing" for name in sorted(listed.keys() - found.keys())]
    wrong += [f"{name} is not listed" for name in sorted(found.keys() - listed.keys())]
    wrong += [
        f"{name} was changed"
        for name in sorted(found.keys() & listed.keys())
        if hashlib.sha256(found[name]).hexdigest() != listed[name].get("sha256")
    ]
    says = "Every file is the one the manifest lists, and there is no other."
    return compared("files_listed", says, differs="; ".join(wrong), detail=f"{len(found)} files")


def _other(found: object, expected: object) -> str:
    return "" if found == expected else f"it says {found!r:.80}, expected {expected!r:.80}"


def _served(dossier: Mapping[str, Any], rows: list[LedgerRow]) -> Claim:
    says = "The row by which the version served is the one of the ledger."
    told = dossier["served"]["row"]
    mine = next((row.to_json() for row in rows if row.event_id == told.get("event_id")), None)
    differs = "" if mine == told else "the ledger has another row of that event, or none"
    return compared("served_by_ledger", says, differs=differs)


def _model(
    content: Content,
    dossier: Mapping[str, Any],
    rows: list[LedgerRow],
    absent: Mapping[str, str],
) -> Claim:
    says = "The model's files are those of the ledger."
    files = {
        name.removeprefix(MODEL): data for name, data in content.items() if name.startswith(MODEL)
    }
    if not files:
        return missing("model_same", says, absent.get(MODEL, "they are not in the archive"))
    event = dossier["served"]["row"].get("event_id")
    recorded = next((row.artifact_sha256 for row in rows if row.event_id == event), None)
    found = manifest_of(files)
    differs = "" if found == recorded else f"they hash to {found[:12]}…, the row says {recorded}"
    return compared("model_same", says, differs=differs, detail=f"{len(files)} files")


def _snapshot(
    content: Content, dossier: Mapping[str, Any], name: str, absent: Mapping[str, str]
) -> Claim:
    code, says = f"{name}_same", f"The {name} rows are those of the recorded snapshot."
    member, stored = f"{name}.parquet", dossier["stood_on"][name]
    if member not in content or stored is None:
        return missing(code, says, absent.get(member, "they are not in the archive"))
    snapshot = Snapshot.from_json(stored)
    rows = pq.read_table(io.BytesIO(content[member])).to_pandas()
    given = _document(content, f"{name}.columns.json")
    found = digests_of(rows, key=tuple(given["key"]), features=tuple(given["features"]))
    differs = "" if found == (snapshot.key_digest, snapshot.content_digest) else "other digests"
    return compared(code, says, differs=differs, detail=f"{len(rows):,} rows")


def _environment(content: Content, dossier: Mapping[str, Any], absent: Mapping[str, str]) -> Claim:
    says = "The list of packages is that of the digest in the ledger."
    if ENVIRONMENT not in content:
        why = absent.get(ENVIRONMENT, "it is not in the archive")
        return missing("environment_same", says, why)
    given = Environment(**_document(content, ENVIRONMENT))
    differs = _other(given.digest(), dossier["stood_on"]["environment_digest"])
    return compared(
        "environment_same", says, differs=differs, detail=f"{len(given.packages)} packages"
    )


def in_order(names: Mapping[str, bytes]) -> list[str]:
    """Return names as they are archived: the manifest first, then by path."""
    return sorted(names, key=lambda name: (name != MANIFEST, PurePosixPath(name)))
