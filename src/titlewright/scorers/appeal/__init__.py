"""Appeal: which wording of the same thing draws more clicks, learnt from randomised tests.

`trials` reads such tests, `features` tells what a wording is made of, `training` learns from pairs,
`model` holds what was learnt, `scorer` gives it as a Score. The model that ships has learnt from
news headlines: what it says of product titles is a score, no click rate, until a user's own clicks
have calibrated it.
"""
