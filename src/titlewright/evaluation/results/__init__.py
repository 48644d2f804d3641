"""What a run of `generate` made of a feed: titles before and after, side by side.

`analyse` reads results (and, where given, the feed as it was, rejects and judgments) into one JSON
object; tables.py, page.py and console.py show it. Memory stays bounded: what is counted is kept in
tallies, the titles themselves as blocks of bytes.
"""

from titlewright.evaluation.results.analysis import Asked, analyse

__all__ = ["Asked", "analyse"]
