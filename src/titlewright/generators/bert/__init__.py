"""BERT (Devlin et al. 2019): an encoder that learns masked words of products, and to judge titles.

It writes none. `model` is what is trained, saved and asked:

sizes, wordpiece, checkpoints   a new network and its pieces, or any BERT checkpoint
reading       product and title as the ids that the encoder reads
masking, pretraining            masked words: what they are, and how they are learnt
wrong_titles, judging           titles that are wrong for a product, and learning to tell them
calibration   probabilities that come true as often as they say
missing       what a title lacks: which of the product's values BERT would put there

`scorers.bert` makes scores of
what it judges.
"""
