"""The site in the home: pages of what the ledger says, for people who do not open this UI.

Not part of a cycle's job: drawing takes longer than a cycle may be held up, and one run serves the
cycles of several models. A sensor runs it when the ledger has moved.
"""

from collections.abc import Sequence

import dagster as dg

from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.metadata import OWNER
from fire_risk_assets.defs.resources import Home

SITE = "site"


def site_asset(models: Sequence[str]) -> dg.AssetsDefinition:
    """Return the asset downstream of the ledger as a whole."""

    @dg.asset(
        name=SITE,
        group_name="registry",
        owners=[OWNER],
        kinds={"html"},
        code_version="1",
        description="Web pages in `site/` of the home: what serves and since when, every decision"
        " with its evidence, the incidents. One page of all models, one a model; readable without"
        " network.",
        deps=[REGISTRY_STATUS.name],
    )
    def site(home: dg.ResourceParam[Home]) -> dg.MaterializeResult:
        from fire_risk_assets.actions.publish_site import publish_site
        from fire_risk_assets.pages.site import site_pages
        from fire_risk_assets.wiring.site import open_site

        with as_failures():
            parts = open_site(home.settings)
            report = publish_site(tuple(models), parts, render=site_pages)
        return dg.MaterializeResult(
            metadata={
                "pages": dg.MetadataValue.path(parts.path / "index.html"),
                "files": report.files,
                "incidents": report.incidents,
                "models": len(report.heads),
                "ledgers not whole": len(report.findings),
                "dossiers not shown": len(report.problems),
            }
        )

    return site
