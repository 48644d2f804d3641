"""Randomised experiments with titles: who sees which, how long, what came of it, what to do.

    assignment    which title a shopper, a product or a cluster of substitutes gets, and when
    planning      how many impressions and days it takes
    fixed         two click rates compared once, at the planned end
    sequential    two click rates compared at any time, as often as one likes
    means         money a shopper, compared once or at any time; cuped makes it sharper
    clustered     click rates where products, not impressions, were drawn
    corrections   many comparisons at once
    sample_ratio  the alarm for a broken assignment
    analysis      all of it for a table of counts, with a decision
    promotion     the winners written into the feed, with the way back

Nothing here decides what to show while an experiment runs: that is the business of policies.
"""
