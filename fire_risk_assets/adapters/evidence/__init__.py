"""Evidence as people look at it: the page of a verdict, the figures of a training.

`page` is the page of a verdict, from `readings` in the words of `text`; `training_figures`,
`comparison_figures` and `reliability` are figures, on the canvas of `drawing`.

Rendering only: no number is computed here that decides anything, and nothing is stored. A new
figure is a function in one of the figure modules, a new number of the page a reading in
`readings`. Matplotlib is imported when something is drawn, and only through its Figure objects:
pyplot keeps figures of the whole process alive and is not safe in threads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fire_risk_assets.core.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class EvidencePages:
    """The port `EvidenceRenderer`; see there for the columns of the frames."""

    def verdict_page(
        self,
        *,
        model_name: str,
        cycle_id: str,
        verdict: Verdict,
        differences: bytes | None,
        metric_name: str,
        context: Mapping[str, str],
    ) -> bytes:
        """Return one self-contained HTML page, UTF-8, every text escaped."""
        from fire_risk_assets.adapters.evidence.page import render_page

        return render_page(
            model_name=model_name,
            cycle_id=cycle_id,
            verdict=verdict,
            differences=differences,
            metric_name=metric_name,
            context=context,
        )

    def difference_figure(self, scored: "pd.DataFrame", verdict: Verdict) -> bytes:
        """Return loss differences by row and by day as PNG, positive: candidate worse.

        Raises:
            InvalidScores: `scored` lacks a column.
        """
        from fire_risk_assets.adapters.evidence.comparison_figures import draw_differences

        return draw_differences(scored, verdict)

    def thumbnail(self, png: bytes, *, times: int) -> bytes:
        """Return the figure smaller, as PNG."""
        from fire_risk_assets.adapters.evidence.drawing import shrunk

        return shrunk(png, times=times)

    def training_figures(
        self,
        *,
        task: Literal["regression", "classification"],
        scored: "pd.DataFrame",
        target: str = "burned area (ha)",
    ) -> dict[str, bytes]:
        """Return the figures of a fit as PNG by file name.

        Raises:
            InvalidScores: `scored` lacks a column.
        """
        from fire_risk_assets.adapters.evidence.training_figures import draw_training

        return draw_training(task=task, scored=scored, target=target)
