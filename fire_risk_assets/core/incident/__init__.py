"""An incident: a question about a cell and an instant, and the dossier that answers it. Pure.

* `question.py`   what is asked, and the id it is known by
* `claims.py`     what the dossier says, each verified, contradicted or not verifiable
* `chapters.py`   the parts of the dossier as documents
* `dossier.py`    all of it: headline, JSON both ways
* `bands.py`      how high a prediction is among those that people were shown
* `positions.py`  where values lie among the training rows
* `rollback.py`   what another version would have changed, counted
* `archive.py`    what is taken elsewhere, and whether it holds together

Gathering what these are made of is `actions/incident/`; showing it, `pages/dossier.py`.
"""
