"""Words as rouge-score counts them: what the measures and the leak rule compare.

Letters and digits in runs, casefolded; Chinese, Japanese and Thai by character, since they put no
spaces between words. Text that is plain ASCII gives the tokens of rouge-score.
"""

from __future__ import annotations

import re
import unicodedata

_UNSPACED = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_TOKEN = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+")
_MARKS = str.maketrans("™℠", "  ")  # NFKC would make letters of them: Core™2, CoreTM2
_HAS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


def words(text: str) -> list[str]:
    """The tokens of a text: "T恤 500ML" gives t, 恤, 500ml."""
    plain = unicodedata.normalize("NFKC", text.translate(_MARKS)).casefold()
    return _TOKEN.findall(plain)


def has_unspaced_script(text: str) -> bool:
    """Whether a text holds letters of a script that puts no spaces between words."""
    return _HAS_UNSPACED.search(text) is not None
