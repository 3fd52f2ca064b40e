def test_x(forecasts):
    from fire_risk_assets_tests.incidents import asked, states_of
    import time
    t=time.time()
    d=asked(forecasts); print(time.time()-t)
    print(d.headline, states_of(d)); print(d.said.stored, d.said.band, d.what_if, d.stood_on.lineage)
    for c in d.claims: print(c)
    assert 0
