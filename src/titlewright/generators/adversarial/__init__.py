"""The GAN: an LSTM that writes titles and a CNN that judges them learn against each other.

`sampling` draws titles, `rewards` follows them to their ends and says what each unit was worth,
`task` is a step of both networks, `phases` the order of the training, `gan` the family. All but
`phases` need torch.
"""
