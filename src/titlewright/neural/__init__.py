"""Training of neural models: one loop for every family.

`settings`, `schedule`, `report` and `pace` need no torch; the other modules import it and are
themselves imported only when something is trained. Nothing here knows about titles: a family
describes its model, batches and loss as a `loop.Task`.
"""
