"""For the analyst: a home opened from a notebook, its answers as data frames and figures.

    from fire_risk_assets.notebook import open_home

    home = open_home("~/park")
    home.history("fire_occurrence")

Nothing here changes a home. Add a question here when people ask it again and again; finding the
answer stays in `actions/`, drawing it in `pages/`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from fire_risk_assets.core.instants import parse_instant

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from fire_risk_assets.actions.resolve_version import ResolvedVersion
    from fire_risk_assets.core.incident.dossier import Dossier
    from fire_risk_assets.core.models.spec import ModelSpec
    from fire_risk_assets.ports import World
    from fire_risk_assets.settings import Settings

Instant = datetime | str
"""An instant, or ISO 8601; without an offset in the setting `timezone`."""


def open_home(home: str | Path | None = None, **settings: Any) -> "OpenHome":  # noqa: ANN401
    """Open an existing home.

    Args:
        home: Its folder; None: FIRE_RISK_HOME, or `.fire_risk` in the current folder.
        settings: Further settings by name, as in fire_risk.toml.

    Raises:
        HomeUnusable: there is no home there, or it is a copy of one.
        InvalidSetting.
    """
    from fire_risk_assets.settings import read_settings

    if home is not None:
        settings["home"] = Path(home).expanduser()
    return OpenHome(read_settings(**settings))


@dataclass(frozen=True)
class OpenHome:
    """A home that is asked questions; the adapters are bound at the first one.

    Attributes:
        settings: Where it lies, and which models are configured.
    """

    settings: "Settings"
    _kept: "dict[Any, Dossier]" = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def world(self) -> "World":
        """The adapters, for questions that are not here."""
        from fire_risk_assets.wiring import open_world

        return open_world(self.settings)

    def history(self, model: str) -> pd.DataFrame:
        """Return every event of a model, one row each, in the order of `seq`."""
        rows = self.world.ledger.rows(self.spec(model).name)
        return pd.DataFrame([asdict(row) for row in rows]).set_index("seq", drop=False)

    def production_at(self, model: str, at: Instant) -> int:
        """Return the version that served at an instant.

        Raises:
            NothingServed: none did.
        """
        from fire_risk_assets.actions.status import served_at

        return served_at(
            self.spec(model).name, self._instant(at), self.world.ledger
        ).production_version

    def model(self, model: str, version: int) -> "Pipeline":
        """Return a version's pipeline, its files verified against the record before they load.

        Raises:
            RequestRefused, ArtifactMismatch, ArtifactRejected.
        """
        found = self.verified(model, version)
        pipeline: Pipeline = self.world.vault.load(found.source, found.sha256)
        return pipeline

    def verified(self, model: str, version: int) -> "ResolvedVersion":
        """Return where a version's files are and the digest on record of them."""
        from fire_risk_assets.actions.resolve_version import resolve_version

        return resolve_version(self.spec(model).name, version, self.world)

    def labelled_rows(self, model: str, as_of: Instant) -> pd.DataFrame:
        """Return the rows a cycle at an instant could have learned from, as known then.

        Columns: the key, `row_time`, `day`, `target`, the model's features, and the slices.
        """
        from fire_risk_assets.actions.batches import newest_batch

        return self.world.engine.labelled_rows(
            self.spec(model), as_of=self._instant(as_of), batch_seq=newest_batch(self.world.tables)
        ).frame.copy()

    def features_at(self, model: str, at: Instant, cell: str) -> pd.DataFrame:
        """Return the features of a cell then and now, with their place in the training rows."""
        saw = self.investigate(model, at, cell).saw
        if saw is None:
            return pd.DataFrame(columns=["then", "now", "changed", "unit"])
        rows = [
            asdict(each) | (asdict(each.position) if each.position else {}) for each in saw.features
        ]
        return pd.DataFrame(rows).drop(columns="position").set_index("name")

    def investigate(
        self, model: str, at: Instant, cell: str, versions: Sequence[int] = ()
    ) -> "Dossier":
        """Return the dossier of an incident; see `actions.investigate`."""
        from fire_risk_assets.actions.batches import newest_batch
        from fire_risk_assets.actions.investigate import Wanted, investigate
        from fire_risk_assets.core.incident.question import Question
        from fire_risk_assets.wiring.site import tools_of

        spec = self.spec(model)
        question = Question(model_name=spec.name, cell_id=cell, at=self._instant(at))
        known = (len(self.world.ledger.rows(spec.name)), newest_batch(self.world.tables))
        asked = (question, tuple(versions), known)
        if asked not in self._kept:
            wanted = Wanted(versions=tuple(versions), tools=tools_of(self.settings))
            # The last one only: one cell after the other asks for its parts.
            self._kept.clear()
            self._kept[asked] = investigate(question, spec, self.world, wanted)
        return self._kept[asked]

    def explain(self, model: str, at: Instant, cell: str) -> pd.DataFrame:
        """Return what each feature added to the typical answer, the loudest first.

        Columns: `contribution` of the row and `importance` on the whole, in units of `scale`, which
        is in the frame's `attrs` with `base`, `margin` and `prediction`. Empty where it cannot be
        told; the dossier's claims say why.
        """
        why = self.investigate(model, at, cell).why
        if why is None:
            return pd.DataFrame(columns=["contribution", "importance"])
        found = pd.DataFrame({"contribution": why.contributions, "importance": why.importance})
        found = found.loc[list(why.contributions)]
        found.attrs = {
            name: getattr(why, name) for name in ("scale", "base", "margin", "prediction")
        }
        return found

    def what_if(
        self, model: str, at: Instant, cell: str, versions: Sequence[int] = ()
    ) -> pd.DataFrame:
        """Return what other versions say of the same row, one row a version."""
        found = self.investigate(model, at, cell, versions).what_if.versions
        return pd.DataFrame([asdict(each) for each in found]).set_index("version")

    def figures(self, model: str, at: Instant, cell: str) -> "dict[str, Figure]":
        """Return the pictures of the dossier by name: timeline, park, days, contributions, curves.

        A picture that there is nothing for is left out.
        """
        from fire_risk_assets.pages.dossier import pictures

        drawn = pictures(self.investigate(model, at, cell).to_json())
        return {name: Figure(str(each)) for name, each in drawn.items() if each is not None}

    def page(self, model: str, at: Instant, cell: str) -> "Page":
        """Return the dossier's page, which a notebook shows in place."""
        from fire_risk_assets.pages.dossier import dossier_page

        return Page(dossier_page(self.investigate(model, at, cell).to_json()))

    def spec(self, model: str) -> "ModelSpec":
        """Return a configured model: its rows, features and policies."""
        from fire_risk_assets.wiring import model_spec

        return model_spec(self.settings, model)

    def _instant(self, at: Instant) -> datetime:
        text = at.isoformat() if isinstance(at, datetime) else at
        return parse_instant(text, timezone=self.settings.timezone)


@dataclass(frozen=True)
class Figure:
    """A picture as SVG, which a notebook shows in place."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True)
class Page:
    """A page of HTML, shown in a frame of its own: its styles must not reach the notebook."""

    html: str

    def _repr_html_(self) -> str:
        from html import escape

        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="" title="dossier"'
            ' style="width:100%;height:60rem;border:0"></iframe>'
        )
