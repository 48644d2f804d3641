"""Brand voice: how close is a title to titles that the user likes?

`examples` reads them, `figures` tells what a title's style is made of, `likeness` compares words
and pieces of words, `scorer` puts both together and says what differs.
"""

from titlewright.scorers.voice.scorer import VoiceScorer

__all__ = ["VoiceScorer"]
