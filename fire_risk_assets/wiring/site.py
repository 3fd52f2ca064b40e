"""What the site is made of, and where it goes: the ledger, the dossiers, a folder of pages."""

from typing import TYPE_CHECKING

from fire_risk_assets.settings import Settings
from fire_risk_assets.wiring import clock_of, find_home, open_readers

if TYPE_CHECKING:
    from pathlib import Path

    from fire_risk_assets.core.incident.archive import Content
    from fire_risk_assets.ports.pages import IncidentFiles, Site


def open_incidents(settings: Settings, out: "Path | None" = None) -> "IncidentFiles":
    """Bind where dossiers are filed: in the home, or one of them in a folder of the user's."""
    from fire_risk_assets.adapters.incident_folder import DossierFolder, IncidentFolder

    if out is not None:
        return DossierFolder(out)
    return IncidentFolder(settings.home / "incidents")


def write_archive(path: "Path", content: "Content") -> None:
    """Write the archive of an incident; see `adapters.incident_archive`."""
    from fire_risk_assets.adapters.incident_archive import write_archive

    write_archive(path, content)


def read_archive(path: "Path") -> "Content":
    """Read the archive of an incident; see `adapters.incident_archive`."""
    from fire_risk_assets.adapters.incident_archive import read_archive

    return read_archive(path)


def tools_of(settings: Settings) -> dict[str, str]:
    """Return the addresses of the pages of Dagster and MLflow, for links."""
    servers = settings.servers
    return {"dagster": servers.address(servers.dagster_port), "mlflow": settings.mlflow_page}


def open_site(settings: Settings, out: "Path | None" = None) -> "Site":
    """Bind the site of an existing home.

    Args:
        settings: Where the home lies.
        out: The folder; None: the one in the home, which is made again after each cycle.

    Raises:
        HomeUnusable: there is no home there.
    """
    from fire_risk_assets.adapters.incident_folder import IncidentFolder
    from fire_risk_assets.adapters.site_folder import SiteFolder
    from fire_risk_assets.ports.pages import Site

    readers = open_readers(settings)
    home = find_home(settings)
    path = settings.home / "site" if out is None else out
    return Site(
        path=path,
        ledger=readers.ledger,
        references=readers.references,
        filed=IncidentFolder(settings.home / "incidents"),
        folder=SiteFolder(path),
        clock=clock_of(settings),
        about=home.about if home else (),
    )
