"""The ingestion border: what may enter the lake, decided on values alone.

`layout` names the columns of each kind of file, `header` recognises a file by them, `rules` is the
one list of rules a kind, `examine` applies it to a chunk of rows, `duplicates` compares rows with
each other and with what is stored, `check` puts these together, `uci` maps the one foreign format
(its words in `uci_names`, the dates it lacks in `uci_dates`).

`source` is what is asked of a file, `landed` whether one was decided before, `terms` under which
terms it is checked. `grammar` says how a cell must be written, `convert` reads whole columns of
them, `units` tells weather in another unit. `set_aside` is what became of rows that failed,
`repaired` how they are offered once more.
Opening files is the work of `adapters/landing.py`; writing tables that of `actions/ingest.py`.
"""
