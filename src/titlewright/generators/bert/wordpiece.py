"""WordPiece learnt from the user's own text (Wu et al. 2016, section 4.1).

The same texts give the same pieces with the same numbers, in every process: the library's trainer
numbers the inner characters ("##a") as its hash table happens to hold them, and its merges follow
these numbers, so they are numbered for it beforehand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

PADDING, UNKNOWN, BEGIN, SEPARATOR, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL = (PADDING, UNKNOWN, BEGIN, SEPARATOR, MASK)
_CHARACTERS = 0.25  # share of the vocabulary; each character stands in it alone and inside words


def learn_pieces(texts: Iterable[str], size: int) -> dict[str, int]:
    """About `size` pieces of lower-cased text without accents: piece to id, SPECIAL first.

    Characters beyond the most frequent are left out: a word that has one is unknown as a whole.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    plain = [normalizer.normalize_str(_readable(text)) for text in texts]
    characters = _frequent(plain, int(size * _CHARACTERS))
    numbered = [*SPECIAL, *characters, *(f"##{character}" for character in characters)]
    trainer = trainers.WordPieceTrainer(
        vocab_size=max(size, len(numbered)), special_tokens=numbered, show_progress=False
    )
    tokenizer.train_from_iterator(_only(plain, characters), trainer)
    return dict(sorted(tokenizer.get_vocab().items(), key=lambda item: item[1]))


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()  # half surrogate pairs are not


def _frequent(texts: Iterable[str], most: int) -> list[str]:
    """The most frequent characters, sorted; of those that are as frequent the lower first."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(text)
    known = [one for one in seen if not one.isspace()]
    return sorted(sorted(known, key=lambda one: (-seen[one], one))[:most])


def _only(texts: Iterable[str], characters: Iterable[str]) -> Iterable[str]:
    """The texts' words that hold none but these characters."""
    known = set(characters)
    return (" ".join(word for word in text.split() if known.issuperset(word)) for text in texts)
