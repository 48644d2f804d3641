"""Learning from clicks: what was shown and what came of it, which title next, and what works.

Nothing here knows how titles are made; what is learnt goes back to generators as Hints alone.
"""
