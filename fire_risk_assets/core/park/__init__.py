"""The simulated park: a seeded world of cells, weather, fires and reports that goes on for ever.

Where things are:

* `settings.py`   what a park is told: seed, first and last day, drift, delays, corrections
* `streams.py`    where every random number comes from; the law of prefix stability lives here
* `calendar.py`   the days of one calendar year, the unit the world is computed in
* `geography.py`  cells, coordinates, zones and the standing differences between cells
* `weather.py`    noon weather of a year, carried on from the year before
* `moisture.py`   fuel-moisture codes of that weather
* `ignition.py`   the chance of a fire in a cell-day
* `fire_size.py`  the burned area of a fire
* `reporting.py`  when a fire becomes known, and the corrections that follow
* `tables.py`     the canonical Arrow tables, cut at what is known by the last day
* `bad_rows.py`   impossible rows planted among the good ones
* `simulate.py`   the front door: settings in, history out
* `demo.py`       the dates of the shipped demonstration

Add a file for a new mechanism of the world. What reads, checks or learns from the data stays out.
"""
