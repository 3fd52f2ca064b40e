"""Features of a cell at an instant: weather, fire-weather codes, lags, calendar, place.

`catalogue` names the columns, `build` is the way in; `replay` orders what is learned, `rows` and
`columns` are the arrays it is learned on, `groups` cuts a large batch up, `versions` says where
features of which formulas are.
One family of formulas a file: `codes` and `fire_weather`, `heat`, `rolling`, `calendar`, `place`.
Add a column in the catalogue and its formula in the file of its
family; raise FEATURE_VERSION when a stored number would come out differently. No reading of
tables and no clock here.
"""
