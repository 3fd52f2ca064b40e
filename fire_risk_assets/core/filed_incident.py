"""What the pages tell of an incident that was investigated: the head of its stored dossier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.names import checked_identifier, checked_name
from fire_risk_assets.errors import StoreBroken, UsageError

_HEAD = ("incident_id", "model_name", "cell_id", "instant", "headline")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledIncident:
    """One incident with a dossier.

    Attributes:
        incident_id: Also the name of its folder.
        cell_id: The place that was asked about.
        instant: The time that was asked about.
        headline: What was found, in a sentence.
        digest: SHA-256 of its dossier as stored.
    """

    incident_id: str
    model_name: str
    cell_id: str
    instant: datetime
    headline: str
    digest: str = ""

    @classmethod
    def from_dossier(cls, document: Any, *, folder: str, digest: str = "") -> Self:  # noqa: ANN401
        """Read the head of a dossier; what else it holds is its own page's business.

        Args:
            document: As stored.
            folder: Name of the folder it lies in.
            digest: Of the dossier.

        Raises:
            StoreBroken: it is no dossier, or that of another incident.
        """
        if not isinstance(document, Mapping):
            raise StoreBroken(f"The dossier of {folder} is no document.")
        said = {n: text for n in _HEAD if isinstance(text := document.get(n), str)}
        if lacking := [name for name in _HEAD if name not in said]:
            raise StoreBroken(f"The dossier of {folder} lacks {', '.join(lacking)}.")
        if said["incident_id"] != folder:
            raise StoreBroken(f"The dossier in {folder} is that of {said['incident_id']!r:.80}.")
        try:
            return cls(
                incident_id=checked_identifier(folder, what="incident id"),
                model_name=checked_name(said["model_name"], what="model name"),
                cell_id=checked_identifier(said["cell_id"], what="cell id"),
                instant=parse_instant(said["instant"]),
                headline=said["headline"],
                digest=digest,
            )
        except UsageError as cause:
            raise StoreBroken(f"The dossier of {folder}: {cause}") from cause
