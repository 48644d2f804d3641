"""Relevance: how well a title answers a search query, learnt from people's judgments.

`features` compares query and title word by word, `model` puts that and the meaning of both, as the
shipped reader has it, together in `trees`, and `training` learns them.
"""
