"""The dossiers of a home: `incidents/<incident_id>/index.html` and `dossier.json` beside it.

Read with the suspicion of a folder that people put things into: a link that leads elsewhere is not
followed, and a dossier that cannot be read is named and holds no other back.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from fire_risk_assets.adapters.atomic_file import write_over, write_whole
from fire_risk_assets.core.filed_incident import FiledIncident
from fire_risk_assets.core.incident.question import checked_incident_id
from fire_risk_assets.core.names import IDENTIFIER, checked_identifier
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import StoreBroken

PAGE, DOSSIER = "index.html", "dossier.json"
LARGEST_MIB = 64


@dataclass(frozen=True, slots=True)
class DossierFolder:
    """Implements `ports.pages.IncidentFiles` for one dossier, in a folder of the user's own."""

    folder: Path

    def file(self, incident_id: str, *, page: str, document: str) -> Path:
        """Write the dossier; see `ports.pages.IncidentFiles`."""
        checked_incident_id(incident_id)
        for name, text in ((PAGE, page), (DOSSIER, document)):
            write_over(self.folder / name, text.encode())
        return self.folder / PAGE


@dataclass(frozen=True, slots=True)
class IncidentFolder:
    """Implements `ports.pages.FiledIncidents` and `IncidentFiles` under one folder of the home.

    It need not be there.
    """

    folder: Path
    names: ClassVar[tuple[str, ...]] = (PAGE, DOSSIER)

    def all(self) -> tuple[list[FiledIncident], list[str]]:
        """Return the incidents, the latest instant first, and what is wrong with the others."""
        found: list[FiledIncident] = []
        wrong: list[str] = []
        for name in self._names():
            try:
                stored = self._read(name, DOSSIER)
                self._require_page(name)
                digest = hashlib.sha256(stored).hexdigest()
                found.append(
                    FiledIncident.from_dossier(json.loads(stored), folder=name, digest=digest)
                )
            except StoreBroken as fact:
                wrong.append(str(fact))
            except ValueError as cause:
                wrong.append(as_sentence(f"The dossier of {name} is no JSON: {cause}"))
        return sorted(found, key=lambda each: (each.instant, each.incident_id), reverse=True), wrong

    def content(self, incident_id: str, name: str) -> bytes:
        """Return a file of a dossier."""
        return self._read(checked_identifier(incident_id, what="incident id"), name)

    def file(self, incident_id: str, *, page: str, document: str) -> Path:
        """Write a dossier into the home; see `ports.pages.IncidentFiles`."""
        folder = self.folder / checked_incident_id(incident_id)
        # The document last: a folder without one is no incident.
        for name, text in ((PAGE, page), (DOSSIER, document)):
            write_whole(folder / name, text, home=self.folder.parent)
        return folder / PAGE

    def _names(self) -> list[str]:
        try:
            with os.scandir(self.folder) as entries:
                return sorted(
                    entry.name
                    for entry in entries
                    if IDENTIFIER.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
                )
        except FileNotFoundError:
            return []
        except OSError as cause:
            told = f"{self.folder} cannot be read: {cause.strerror or cause}"
            raise StoreBroken(as_sentence(told)) from cause

    def _require_page(self, incident_id: str) -> None:
        page = self.folder / incident_id / PAGE
        if page.is_symlink() or not page.is_file():
            raise StoreBroken(f"Incident {incident_id} has no {PAGE}.")

    def _read(self, incident_id: str, name: str) -> bytes:
        path = self.folder / incident_id / name
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as stream:
                content = stream.read(LARGEST_MIB * 2**20 + 1)
        except OSError as cause:
            told = f"{name} of incident {incident_id} cannot be read: {cause.strerror or cause}"
            raise StoreBroken(as_sentence(told)) from cause
        if len(content) > LARGEST_MIB * 2**20:
            raise StoreBroken(f"{name} of incident {incident_id} is over {LARGEST_MIB} MiB.")
        return content
