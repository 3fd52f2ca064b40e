"""Look into an incident and file its dossier: the page people read, and the document beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fire_risk_assets.actions.investigate import Wanted, investigate
from fire_risk_assets.core.incident.dossier import Dossier
from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.ports import World
from fire_risk_assets.ports.pages import IncidentFiles


def file_incident(
    question: Question,
    spec: ModelSpec,
    world: World,
    files: IncidentFiles,
    *,
    render: Callable[[dict[str, Any]], str],
    wanted: Wanted | None = None,
) -> tuple[Dossier, Path]:
    """Return the dossier and its page, filed; one filed before is replaced.

    Args:
        question: Model, cell and instant.
        spec: The model.
        world: The home.
        files: Where dossiers are filed.
        render: The page of a dossier's document.
        wanted: How it is to be answered.

    Raises:
        NothingServed, RegistryUnavailable, ProofUnfinished, StoreBroken: see `investigate`.
        UsageError, StorageFull, HomeUnusable: nothing can be written there.
    """
    dossier = investigate(question, spec, world, wanted)
    document = dossier.to_json()
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    page = files.file(question.incident_id, page=render(document), document=text + "\n")
    return dossier, page
