"""What another policy would have earned, from the log of the one that ran.

    log            what was shown, how likely that was, what came of it, what the other would do
    support        whether the log can answer at all, and of how much worth it is
    estimators     inverse propensity scores, self-normalised, doubly robust
    reward_model   the click rates that the doubly robust estimator leans on
    intervals      95 % intervals by the bootstrap
    evaluation     all of it in one call
    reading        logs and policies from tables

The log must hold the propensity with which each title was shown: it can't be found out later.
"""
