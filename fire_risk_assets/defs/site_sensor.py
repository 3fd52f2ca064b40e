"""The site follows the ledger: whoever wrote a row, a run, an operator or the command line.

An automation condition would see materialisations only, and neither a rollback nor an incident is
one of `registry_status`.
"""

import dagster as dg

from fire_risk_assets.defs.jobs import AssetJob
from fire_risk_assets.defs.resources import NO_HOME, Home


def site_sensor(home: Home, job: AssetJob) -> dg.SensorDefinition:
    """Return the sensor that has the pages made again when they show less than there is."""

    @dg.sensor(
        name="site_follows_ledger",
        job=job,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Runs `make_site` when the ledger or the incidents have moved since then.",
    )
    def site_follows_ledger() -> dg.SensorResult:
        from fire_risk_assets.actions.publish_site import site_owed
        from fire_risk_assets.wiring.site import open_site

        if not home.made:
            return dg.SensorResult(skip_reason=NO_HOME)
        state = site_owed(open_site(home.settings))
        if state is None:
            return dg.SensorResult(skip_reason="The site shows the newest rows.")
        # Once a state: a run that failed is not repeated until there is more to show.
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"site:{state}")])

    return site_follows_ledger
