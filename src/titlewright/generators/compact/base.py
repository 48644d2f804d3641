"""What a compact model begins with: its word pieces, its vocabulary, a network.

From nothing but products and titles, or from a pretrained BERT encoder whose pieces are cut to
those that products use and widened by the characters that it lacks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from titlewright.generators.compact.pieces import Pieces
from titlewright.generators.compact.reading import FIELDS
from titlewright.generators.writing.units import SPACE, is_unspaced, is_word, parts, split
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.records import Example, Product
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import fold

if TYPE_CHECKING:
    from titlewright.generators.compact.network import CompactNetwork, NetworkSettings

_SPECIAL = ("[PAD]", "[UNK]")
_MARKS = (*"-(),&/|+:.–【】[]\"'×*、·#", SPACE)
_JOINING = ("x", "with", "for", "of", "and", "the", "in", "by")
_FACTS = ("colours", "materials", "colour_values", "material_values")
_LEAST_PIECE = 4  # times that a piece or character is seen
_LEAST_WORD = 5  # titles that hold a word which their product doesn't show
_BRANDED = 0.3  # as often a brand as missing: the word is a brand, and brands are copied


def product_text(product: Product) -> Iterator[str]:
    yield from (product.title, product.brand, *product.category)
    for name, value in product.attributes.items():
        yield f"{name} {value}"
    yield product.description


def train_pieces(texts: Iterable[str], size: int) -> str:
    """A WordPiece tokenizer of about `size` pieces, learnt from texts, as JSON."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=list(_SPECIAL), show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _with_bytes(json.loads(tokenizer.to_str()), _vocabulary(tokenizer))


def cut_pieces(pretrained: str, texts: Iterable[str]) -> tuple[str, list[int]]:
    """A BERT tokenizer's JSON with only the pieces that the texts use, and characters it lacks.

    The second value tells, for each piece, its row in the pretrained embedding, or -1.
    """
    from tokenizers import Tokenizer

    data = json.loads(pretrained)
    before: dict[str, int] = data["model"]["vocab"]
    tokenizer = Tokenizer.from_str(pretrained)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    seen: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        seen.update(tokenizer.encode(text, add_special_tokens=False).tokens)
        characters.update(
            folded
            for character in text
            if not character.isascii()
            for folded in tokenizer.normalizer.normalize_str(character).strip()
        )
    kept = [
        piece
        for piece in before
        if piece in _SPECIAL
        or len(piece.removeprefix("##")) == 1
        or (seen[piece] >= _LEAST_PIECE and not piece.startswith("["))
    ]
    known = set(kept)
    for character, times in characters.items():
        if times >= _LEAST_PIECE and not character.isspace():
            ways = (character,) if _alone(character) else (character, f"##{character}")
            kept += [way for way in ways if way not in known]
    text = _with_bytes(data, kept)
    pieces = json.loads(text)["model"]["vocab"]
    return text, [before.get(piece, -1) for piece in pieces]


def choose_words(examples: Sequence[Example], *, least: int = _LEAST_WORD) -> Vocabulary:
    """The words of titles that their products often don't show, and that are no facts."""
    missing: Counter[str] = Counter()
    brands: Counter[str] = Counter()
    surfaces: dict[str, Counter[str]] = {}
    for example in examples:
        shown = {fold(word) for word in _all_units(" ".join(product_text(example.product)))}
        brands.update(fold(unit) for unit in split(example.product.brand))
        for unit in split(example.title):
            key = fold(unit)
            compound = parts(unit)
            if key in shown or (compound and all(fold(part) in shown for part in compound)):
                continue
            missing[key] += 1
            surfaces.setdefault(key, Counter())[unit] += 1
    facts = {fold(word) for name in _FACTS for words in load_lexicon(name).values()
             for phrase in words for word in phrase.split()}  # fmt: skip
    words = [
        word
        for word, times in missing.most_common()
        if times >= least and _writable(word, times, brands[word], facts)
    ]
    words += [word for word in (*_MARKS, *_JOINING) if fold(word) not in set(words)]
    return Vocabulary(
        [surfaces[word].most_common(1)[0][0] if word in surfaces else word for word in words]
    )


def save_base(folder: Path, network: CompactNetwork, pieces: str, words: Vocabulary) -> None:
    """Write a model folder with float32 graphs, for `CompactGenerator.start` to begin with."""
    from titlewright.generators.compact.export import export
    from titlewright.generators.compact.generator import PIECES, WORDS
    from titlewright.generators.saved import write_model_json

    folder.mkdir(parents=True, exist_ok=True)
    (folder / PIECES).write_text(pieces, encoding="utf-8")
    words.save(folder / WORDS)
    weights = export(network, folder, quantised=False)
    write_model_json(folder, "compact", network=network.settings.to_json(), weights=weights)


def new_network(
    settings: NetworkSettings, pieces: Pieces, words: Vocabulary, seed: int = 0
) -> CompactNetwork:
    """A network of these sizes with random weights, for these pieces and words."""
    import torch

    from titlewright.generators.compact.network import CompactNetwork

    torch.manual_seed(seed)
    return CompactNetwork(
        replace(settings, pieces=pieces.count, vocabulary=len(words), fields=len(FIELDS))
    )


def take_reader(
    network: CompactNetwork, pieces: Pieces, words: Vocabulary, weights: Any, rows: Sequence[int]
) -> None:
    """Begin with a pretrained BERT: `weights` its state dict, `rows` as `cut_pieces` gives them.

    Characters without a row begin at random near the mean; a word begins as the mean of its pieces.
    """
    import torch

    reader = network.reader
    rows_ = torch.tensor(list(rows))
    with torch.no_grad():
        known = weights["embeddings.word_embeddings.weight"]
        spread = known.mean(0) + 0.7 * known.std(0) * torch.randn(len(rows_), known.shape[1])
        reader.pieces.weight.copy_(
            torch.where((rows_ >= 0)[:, None], known[rows_.clamp(min=0)], spread)
        )
        reader.positions.weight.copy_(
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        for kind in ("weight", "bias"):
            getattr(reader.norm, kind).copy_(weights[f"embeddings.LayerNorm.{kind}"])
            for number, layer in enumerate(reader.layers):
                start = f"encoder.layer.{number}."
                attention = [
                    weights[f"{start}attention.self.{name}.{kind}"]
                    for name in ("query", "key", "value")
                ]
                getattr(layer.query_key_value, kind).copy_(torch.cat(attention))
                for own, theirs in (
                    ("out", "attention.output.dense"),
                    ("norm_attention", "attention.output.LayerNorm"),
                    ("rise", "intermediate.dense"),
                    ("fall", "output.dense"),
                    ("norm_out", "output.LayerNorm"),
                ):
                    getattr(getattr(layer, own), kind).copy_(weights[f"{start}{theirs}.{kind}"])
        for number, word in enumerate(words.words[3:], 3):
            network.words.weight[number] = reader.pieces.weight[list(pieces.of(word))].mean(0)


def _with_bytes(data: dict[str, Any], pieces: Sequence[str]) -> str:
    """The tokenizer's JSON with these pieces and one for each byte, without what BERT adds."""
    pieces = [*pieces, *(f"[BYTE {byte}]" for byte in range(256))]
    data["model"]["vocab"] = {piece: number for number, piece in enumerate(pieces)}
    data |= {"post_processor": None, "truncation": None, "padding": None, "added_tokens": []}
    return json.dumps(data, ensure_ascii=False)


def _vocabulary(tokenizer: Any) -> list[str]:
    found = tokenizer.get_vocab()
    return sorted(found, key=found.__getitem__)


def _alone(character: str) -> bool:
    """BERT's pre-tokenizer makes each Han character a word."""
    return "\u3400" <= character <= "\u9fff"


def _all_units(text: str) -> Iterator[str]:
    for unit in split(text):
        yield unit
        yield from parts(unit)


def _writable(word: str, missing: int, branded: int, facts: set[str]) -> bool:
    if not is_word(word):
        return word in _MARKS
    if any(character.isdigit() for character in word) or word in facts:
        return False
    return is_unspaced(word) or branded < max(3, _BRANDED * missing)
