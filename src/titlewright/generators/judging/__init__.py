"""Judges: networks that tell a product's own title from others. They write no titles.

`cnn` is the network, `questions` what it is asked, `batches` and `task` how it learns, `judge` the
family that `train` makes and a scorer opens. The GAN learns from the same judge. All but
`questions` need torch.
"""
