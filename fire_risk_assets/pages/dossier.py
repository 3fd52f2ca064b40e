"""The page of an incident, from its document: readable without network, and on paper.

From the document and not from the value, so that an old dossier is shown again as it was.
"""

from collections import Counter
from typing import Any

from fire_risk_assets.core.incident.positions import rarity
from fire_risk_assets.pages import dossier_figures as figures
from fire_risk_assets.pages.html import rendered

Document = dict[str, Any]

_ROLES = {
    "served": "served then",
    "before": "served before",
    "present": "serves now",
    "refused": "candidate that was not promoted",
    "baseline": "naive baseline",
    "asked": "asked for",
}
_STATES = {
    "verified": "✓ verified",
    "contradicted": "✗ contradicted",
    "unverifiable": "? not verifiable",
}
_SHOWN = 12
"""Features in the table of what the version looks at on the whole."""


def dossier_page(document: Document) -> str:
    """Return the page of a dossier as it was stored by `Dossier.to_json`."""
    states = Counter(claim["state"] for claim in document["claims"])
    why, saw = document["why"], document["saw"]
    importance = sorted(why["importance"].items(), key=lambda each: -each[1]) if why else []
    return rendered(
        "dossier.html",
        d=document,
        pictures=pictures(document),
        facts=_facts(document["stood_on"]),
        likeness=rarity(saw["alike"] or 0, saw["training_rows"] or 0) if saw else "",
        roles=_ROLES,
        states=_STATES,
        verified=states["verified"],
        contradicted=states["contradicted"],
        unverifiable=states["unverifiable"],
        **{"global": importance[:_SHOWN]},
    )


def pictures(document: Document) -> dict[str, Any]:
    """Return the pictures of a dossier by name, None where there is nothing to draw."""
    said, why = document["said"], document["why"]
    return {
        "timeline": figures.timeline(document["served"], document["instant"]),
        "park": figures.park(said, document["cell_id"]),
        "days": figures.days(said),
        "contributions": figures.contributions(why) if why else None,
        "curves": figures.curves(why, said["target"]) if why else None,
        "lineage": figures.lineage(document["stood_on"]["lineage"]),
    }


def _facts(stood_on: Document) -> list[tuple[str, object]]:
    training, holdout = stood_on["training"], stood_on["holdout"]
    return [
        ("cycle", stood_on["cycle_id"]),
        ("training rows", _snapshot(training)),
        ("holdout rows", _snapshot(holdout)),
        ("parameters", _params(stood_on["params"])),
        ("seed", stood_on["seed"]),
        ("code then", stood_on["code_version"]),
        ("code now", stood_on["code_now"]),
        ("packages then, digest", stood_on["environment_digest"]),
        ("packages now, digest", stood_on["environment_now"]),
        ("files of the model, sha256", stood_on["artifact_sha256"]),
        ("MLflow run", stood_on["mlflow_run_id"]),
        ("Dagster run", stood_on["dagster_run_id"]),
    ]


def _snapshot(snapshot: Document | None) -> str | None:
    if snapshot is None:
        return None
    return (
        f"{snapshot['rows']:,} rows of {snapshot['window_from'][:10]} to"
        f" {snapshot['window_until'][:10]}, as known at {snapshot['as_of']} up to batch"
        f" {snapshot['batch_seq']}; digest {snapshot['content_digest']}"
    )


def _params(params: Document | None) -> str | None:
    if params is None:
        return None
    return ", ".join(f"{name} {value}" for name, value in params.items()) or "none"
