"""Training of neural models: one loop for every family.

`checkpoints`, `device`, `evaluating`, `loop`, `optimization`, `randomness` and `task` import torch,
and are themselves imported only when something is trained. Nothing here knows about titles: a
family describes its model, batches and loss as a `loop.Task`.
"""
