"""One title read against one source: codes and quantities first, then words.

`notes.py` has what has been found so far and aliases, which every step asks for; `codes.py`,
`quantities.py`, `words.py` and `unspaced.py` are the steps.
"""
