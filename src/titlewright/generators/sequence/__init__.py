"""The classic neural families from scratch: each a network in a file of its own.

`neural_lm`, `rnn`, `lstm` and `transformer` hold only their networks; `latent` is the network of
`vae`, which also learns and writes in a way of its own. What they share: a product
as units with fields (`reading`), batches (`batches`), what a network must do (`network`), the loss
and its measures (`task`), writing step by step (`engine`), fitting and saving (`generator`).
Vocabulary and search are those of `writing`. All but `reading` and `vocabulary` need
torch.
"""
