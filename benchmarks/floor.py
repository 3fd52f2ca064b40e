"""The floor: import, fit and score with no platform around it. `python -m benchmarks.floor`."""

import sys

from benchmarks.laps import Laps


def main(which: str, rows_file: str) -> None:
    """Fit on a Parquet file of labelled rows and score the holdout."""
    laps = Laps()
    import pandas as pd

    from benchmarks.fits import cut, fitted, scored

    laps.mark("import")
    rows = pd.read_parquet(rows_file)
    training, holdout = cut(rows)
    laps.mark("read")
    pipeline = fitted(which, training)
    laps.mark("search and fit, scikit-learn's import included")
    score = scored(which, pipeline, holdout)
    laps.mark("score")
    laps.tell(rows=len(rows), training_rows=len(training), holdout_rows=len(holdout), score=score)


if __name__ == "__main__":
    main(*sys.argv[1:])
