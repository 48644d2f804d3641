"""Ids for wordings: the same for the same wording of the same product, wherever it is made."""

from __future__ import annotations

import hashlib


def title_id(product_id: str, text: str) -> str:
    """16 hexadecimal digits of SHA-256 over product and wording, white space taken as one space."""
    told = f"{product_id}\x1f{' '.join(text.split())}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


def plain_title(text: str) -> str:
    """A title as it is compared: without case, as Google's reports write titles in lower case."""
    return " ".join(text.casefold().split())
