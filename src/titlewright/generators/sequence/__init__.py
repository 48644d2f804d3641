"""The classic neural families from scratch: each a network in a file of its own.

`neural_lm`, `rnn`, `lstm` and `transformer` hold only their networks. What they share: a product
as units with fields (`reading`), batches (`batches`), what a network must do (`network`), the loss
and its measures (`task`), writing step by step (`engine`), fitting and saving (`generator`).
Vocabulary and search are those of the compact family. All but `reading` and `vocabulary` need
torch.
"""
