"""Bugs planted into the promotion protocol, each of which some test must notice: `make mutants`.

* `planted.py`  the bugs: a text of the product, what stands there instead, the tests that notice
* `__main__.py` plants each in a copy of the package and runs its tests, which must fail

A test that cannot fail proves nothing; this shows which ones do, and for what.
"""
