"""The dossier of each incident that was looked into: one dynamic partition an incident.

A partition is opened by the job `investigate_incident`, whose launchpad asks for model, cell and
time, or by the sensor that watches fire reports; materialised again, its dossier is made anew.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

import dagster as dg
from pydantic import Field

from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.metadata import OWNER, Foreign, markdown_table, present
from fire_risk_assets.defs.resources import Home
from fire_risk_assets.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from fire_risk_assets.core.incident.dossier import Dossier

Filed: TypeAlias = "tuple[Dossier, Path]"

INCIDENT_REPORT = "incident_report"
INCIDENTS = dg.DynamicPartitionsDefinition(name="incidents")


class IncidentConfig(dg.Config):
    """What is asked: `model`, `cell`, and `at` (ISO 8601); `versions` are asked too."""

    model: str
    cell: str
    at: str
    versions: list[int] = Field(default_factory=list)


class AgainConfig(dg.Config):
    """Left out, the question of the partition's dossier is asked again."""

    question: IncidentConfig | None = None


def question_of(config: IncidentConfig, home: Home) -> Question:
    """Return the question of a run's config.

    Raises:
        InvalidName, InvalidTime, UnknownModel.
    """
    return Question(
        model_name=home.spec(config.model).name,
        cell_id=config.cell,
        at=parse_instant(config.at, timezone=home.settings.timezone),
    )


def filed(question: Question, versions: list[int], home: Home, log: Any) -> "Filed":  # noqa: ANN401
    """Look into an incident and file its dossier in the home."""
    from fire_risk_assets.actions.file_incident import file_incident
    from fire_risk_assets.actions.investigate import Wanted
    from fire_risk_assets.pages.dossier import dossier_page
    from fire_risk_assets.wiring.site import open_incidents, tools_of

    return file_incident(
        question,
        home.spec(question.model_name),
        home.world,
        open_incidents(home.settings),
        render=dossier_page,
        wanted=Wanted(versions=versions, tools=tools_of(home.settings), tell=log.info),
    )


def dossier_metadata(dossier: "Dossier", page: "Path") -> dict[str, Any]:
    """Return what the UI shows of a dossier and its page."""
    states = dossier.states
    lines = [
        {"state": claim.state, "claim": Foreign(claim.says), "detail": Foreign(claim.detail)}
        for claim in dossier.claims
    ]
    return present(
        {
            "answer": dossier.headline,
            "page": dg.MetadataValue.path(str(page)),
            "version": dossier.served.version,
            "prediction": dossier.said.prediction,
            "claims verified": states["verified"],
            "claims contradicted": states["contradicted"],
            "claims not verifiable": states["unverifiable"],
            "claims": markdown_table(lines),
        }
    )


def incident_report_asset() -> dg.AssetsDefinition:
    """Return the asset of all dossiers."""

    @dg.asset(
        name=INCIDENT_REPORT,
        group_name="incidents",
        owners=[OWNER],
        kinds={"html"},
        code_version="1",
        partitions_def=INCIDENTS,
        deps=[REGISTRY_STATUS.name],
        description="Dossier of an incident: who served, what it saw and said, why, and what"
        " another version would have said; every claim checked. A page and a document in"
        " `incidents/` of the home. Open one with the job investigate_incident.",
    )
    def incident_report(
        context: dg.AssetExecutionContext, config: AgainConfig, home: dg.ResourceParam[Home]
    ) -> dg.MaterializeResult:
        with as_failures():
            question, versions = _asked(context.partition_key, config, home)
            found = filed(question, versions, home, context.log)
        return dg.MaterializeResult(metadata=dossier_metadata(*found))

    return incident_report


def _asked(incident_id: str, config: AgainConfig, home: Home) -> tuple[Question, list[int]]:
    from fire_risk_assets.wiring.site import open_site

    if config.question is not None:
        question, versions = question_of(config.question, home), config.question.versions
    else:
        known = {each.incident_id: each for each in open_site(home.settings).filed.all()[0]}
        if incident_id not in known:
            raise UsageError(
                f"{incident_id} has no dossier in the home, so what was asked is not known.",
                remedy="Set `question` in the run config, or use the job investigate_incident.",
            )
        found = known[incident_id]
        question = Question(model_name=found.model_name, cell_id=found.cell_id, at=found.instant)
        versions = []
    if question.incident_id != incident_id:
        raise UsageError(
            f"The question of the run config is incident {question.incident_id}, and the partition"
            f" is {incident_id}.",
            remedy="Use the job investigate_incident: it opens the partition of its question.",
        )
    return question, versions
