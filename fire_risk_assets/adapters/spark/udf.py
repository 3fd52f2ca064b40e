"""A verified pipeline as a function of Spark's columns, for queries people write themselves."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from fire_risk_assets.core.fitting import one_thread, predictions_of
from fire_risk_assets.core.models.spec import ModelSpec

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def udf_of(spec: ModelSpec, pipeline: "Pipeline", inputs: Sequence[str]) -> Callable[..., Any]:
    """Return a function from columns to a column of predictions.

    Args:
        spec: The model.
        pipeline: Verified and loaded; it travels to the workers as it is.
        inputs: The columns it is given, in their order, where the caller names none.

    Returns:
        A function of as many columns as there are inputs, by name or as `Column`; of none: the
        columns that bear the inputs' names.
    """
    from pyspark.sql.pandas.functions import pandas_udf

    names = list(inputs)

    def predict(*columns: pd.Series) -> pd.Series:
        rows = pd.concat(columns, axis=1, keys=names)
        with one_thread():
            return pd.Series(predictions_of(spec, pipeline, rows, features=names))

    # Its types know no function of as many columns as there are.
    udf = pandas_udf(predict, "double")  # type: ignore[call-overload]

    def of_columns(*columns: Any) -> Any:  # noqa: ANN401  (names or Columns in, a Column out)
        return udf(*(columns or names))

    return of_columns
