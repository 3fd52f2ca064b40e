"""Why a pipeline says what it says of a row: contributions of features, and how it bends with them.

* `attributions.py`  Shapley values: what each feature adds to or takes from the typical answer
* `dependence.py`    the answer while one feature moves, for the row and on average
* `explanation.py`   both together, as a document

Pure, and run in the child that loads models: nothing here reads or loads anything.
"""
