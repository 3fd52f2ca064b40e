"""What the command line calls to bring the pages of a home up to date."""

from collections.abc import Callable
from pathlib import Path

from fire_risk_assets.actions.publish_site import site_owed
from fire_risk_assets.defs.instance import open_instance
from fire_risk_assets.defs.jobs import MAKE_SITE
from fire_risk_assets.defs.launch import execute, house_of
from fire_risk_assets.settings import Settings
from fire_risk_assets.wiring.site import open_site


def bring_site_up_to_date(settings: Settings, step: Callable[[str], None]) -> Path | None:
    """Make the site of the home again through its job, unless it shows the newest rows.

    Args:
        settings: Where the home lies.
        step: Told before it is made.

    Returns:
        Its first page, None where nothing had to be made.

    Raises:
        FireRiskError: what ended the run.
    """
    site = open_site(settings)
    if site_owed(site) is None:
        return None
    step("Making the site")
    with open_instance(settings) as instance:
        execute(house_of(settings), MAKE_SITE, instance)
    return site.path / "index.html"
