"""Make the site: describe, draw, copy the dossiers it leads to, write all of it into one folder."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from fire_risk_assets.actions.describe_site import SiteView, describe_site
from fire_risk_assets.core.filed_incident import FiledIncident
from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.ports.pages import FiledIncidents, Site

Render = Callable[[SiteView], Mapping[str, Callable[[], str]]]
"""What makes each page as HTML, by path within the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What was written.

    Attributes:
        files: Number of files, dossiers included.
        heads: The newest row of each model that is shown, by seq.
        findings: What is wrong with the ledgers shown.
        problems: Dossiers that could not be shown.
    """

    made_at: datetime
    files: int
    heads: dict[str, int]
    incidents: int
    findings: tuple[str, ...]
    problems: tuple[str, ...]


def publish_site(
    models: tuple[str, ...],
    site: Site,
    *,
    render: Render,
    step: Callable[[str], None] = lambda _: None,
) -> SiteReport:
    """Write the site of every configured model and of every model with a ledger.

    Args:
        models: Names of the configured ones.
        site: What it is made of, and where it goes.
        render: Draws the pages.
        step: Told of each page before it is drawn.

    Raises:
        UsageError: the folder holds foreign files, or cannot be written.
        TableMissing: the home has no ledger yet.
        StoreBroken: a dossier vanished meanwhile.
        StorageFull, StorageFailing.
    """
    view = describe_site(models, site)
    heads = {each.name: each.head for each in view.models}
    seqs = {name: row.seq if row else 0 for name, row in heads.items()}
    facts = {
        "made_at": iso(view.made_at),
        "heads": seqs,
        "state": _state({name: row for name, row in heads.items() if row}, view.incidents),
    }
    return SiteReport(
        made_at=view.made_at,
        files=site.folder.publish(_files(view, render, site.filed, step), facts),
        heads=seqs,
        incidents=len(view.incidents),
        findings=tuple(f"{m.name}: {f}" for m in view.models for f in m.status.ledger_findings),
        problems=view.problems,
    )


def site_owed(site: Site) -> str | None:
    """Return what the site should show, as a digest; None where it does.

    Raises:
        TableMissing: the home has no ledger yet.
        StoreBroken: the note beside the pages cannot be read.
    """
    heads = {name: rows[-1] for name, rows in site.ledger.all_rows().items() if rows}
    incidents, _ = site.filed.all()
    state, shown = _state(heads, incidents), site.folder.facts()
    return None if shown is not None and shown.get("state") == state else state


def _files(
    view: SiteView, render: Render, filed: FiledIncidents, step: Callable[[str], None]
) -> Mapping[str, Callable[[], bytes]]:
    # Dossiers first: no page leads to what is not there yet.
    return {
        f"incidents/{each.incident_id}/{name}": partial(filed.content, each.incident_id, name)
        for each in view.incidents
        for name in filed.names
    } | {path: partial(_drawn, path, draw, step) for path, draw in render(view).items()}


def _drawn(path: str, draw: Callable[[], str], step: Callable[[str], None]) -> bytes:
    step(path)
    return draw().encode()


def _state(heads: Mapping[str, LedgerRow], incidents: Iterable[FiledIncident]) -> str:
    told = {
        "heads": {name: [row.seq, row.row_hash] for name, row in heads.items()},
        "incidents": {each.incident_id: each.digest for each in incidents},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
