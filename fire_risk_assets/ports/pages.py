"""What people read outside of Dagster and MLflow: dossiers that were made, folders of pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fire_risk_assets.ports.host import Clock
from fire_risk_assets.ports.stores import Ledger, References

if TYPE_CHECKING:
    from fire_risk_assets.core.filed_incident import FiledIncident


class FiledIncidents(Protocol):
    """The incidents of a home that have a dossier; there may be none."""

    def all(self) -> tuple[list[FiledIncident], list[str]]:
        """Return the incidents, the latest instant first, and what is wrong with the others."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files of a dossier: its page, and its document."""
        ...

    def content(self, incident_id: str, name: str) -> bytes:
        """Return a file of a dossier.

        Raises:
            StoreBroken: it is missing or cannot be read.
        """
        ...


class IncidentFiles(Protocol):
    """Where a dossier is put once it is made."""

    def file(self, incident_id: str, *, page: str, document: str) -> Path:
        """Write page and document, each whole or not at all, over those that may be there.

        Returns:
            The page.

        Raises:
            UsageError, HomeUnusable: nothing can be written there.
            StorageFull, StorageFailing.
        """
        ...


class PageFolder(Protocol):
    """A folder of pages that is made again as a whole, and holds nothing else."""

    def facts(self) -> dict[str, Any] | None:
        """Return what was noted with the pages that lie there, None where there are none.

        Raises:
            StoreBroken: the note cannot be read.
        """
        ...

    def publish(self, pages: Mapping[str, Callable[[], bytes]], facts: Mapping[str, Any]) -> int:
        """Write the pages, each whole or not at all, and take away those that are no more.

        Args:
            pages: By path within the folder (`models/forest.html`): what makes its content,
                asked in this order.
            facts: JSON, noted beside them last.

        Returns:
            Number of files.

        Raises:
            UsageError: what lies there is none of ours, or nothing can be written there.
            StorageFull, StorageFailing.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What making the site needs, bound once by `wiring`: no MLflow, no scikit-learn.

    Attributes:
        path: The folder it is made in.
        about: What a reader must know of the home, in sentences.
    """

    path: Path
    ledger: Ledger
    references: References
    filed: FiledIncidents
    folder: PageFolder
    clock: Clock
    about: tuple[str, ...] = ()
