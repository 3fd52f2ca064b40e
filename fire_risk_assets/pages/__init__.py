"""Pages for people who live in neither tool: documents in, self-contained HTML out.

* `html.py`      the one Jinja environment: every value is escaped, nothing is executed
* `figures.py`   a drawn figure as SVG inside a page, with the text that stands for it
* `site.py`      the site: all models, one model; `site_figures.py` what it draws
* `dossier.py`   an incident; its pictures are in `dossier_figures.py`
* `templates/`   layout and style; `base.html` is the frame all pages share

Add a page here when people read it in a browser. What it says is found by an action and comes as a
document; reading tables, deciding and writing files stay out. The evidence of a verdict is drawn in
`adapters/evidence`, because it is stored with the MLflow run.
"""
