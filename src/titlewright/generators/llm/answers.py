"""An answer back to titles: JSON where it is JSON, and what can be made of it where it isn't.

Models wrap JSON in prose or code fences, leave commas hanging, run into the length limit in the
middle of a list, or number their titles line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import regex

from titlewright.generators.huggingface.prompts import read_title

_THINKING = regex.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", regex.DOTALL)
_THOUGHT = regex.compile(r"^.*</think(?:ing)?>", regex.DOTALL)  # the opening stood in the prompt
_FENCED = regex.compile(r"```[a-zA-Z]*\s*\n?(.*?)(?:```|\Z)", regex.DOTALL)
_STRING = regex.compile(r'"((?:[^"\\\n]|\\.)*+)"(\s*:)?')
_HANGING = regex.compile(r",(?=\s*[\]}])")
_NUMBERED = regex.compile(r"^\s*(?:\(?\d{1,2}\s*[.):、]|[-*•])\s+(?=\S)")
_OPENED = regex.compile(r'[\[{]\s*"')
_REMARK = regex.compile(r"[:：]\s*$")  # "Here are five titles:"
_LONGEST = 100_000  # code points of an answer that are looked at
_LONGEST_TITLE = 500  # longer is prose, not a title
_DEEPEST = 8  # lists within lists


def read_titles(answer: str, n: int) -> list[str]:
    """Up to n different titles in the answer's order; none where nothing in it is a title."""
    text = _THOUGHT.sub("", _THINKING.sub("", answer[:_LONGEST])).strip()
    titles: dict[str, str] = {}
    for raw in _raw_titles(text):
        sound = raw.encode("utf-8", "ignore").decode("utf-8")  # JSON may escape half a character
        title = read_title(sound)
        if title and len(title) <= _LONGEST_TITLE and any(map(str.isalnum, title)):
            titles.setdefault(title.casefold(), title)
    return list(titles.values())[:n]


def _raw_titles(text: str) -> list[str]:
    fence = _FENCED.search(text)
    for part in dict.fromkeys([text, fence[1].strip() if fence else text, _between(text)]):
        found = _parsed(part)
        if found is not None:
            return list(_strings(found))
    body = fence[1].strip() if fence else text
    if _OPENED.search(body):
        return list(_whole_strings(body))
    return list(_lines(body))


def _between(text: str) -> str:
    """From the first bracket to the last: JSON with prose around it."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    return text[min(starts) : end + 1] if starts else ""


def _parsed(text: str) -> Any | None:
    if not text.startswith(("{", "[", '"')):
        return None
    for attempt in (text, _HANGING.sub("", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _strings(data: Any, depth: int = 0) -> Iterator[str]:
    """The titles in parsed JSON: a string, a list, or an object that holds them."""
    if isinstance(data, str):
        yield from _lines(data) if "\n" in data.strip() else [data]
    elif isinstance(data, dict):
        named = [data[name] for name in ("titles", "title", "text") if name in data]
        yield from _strings(named[0] if named else list(data.values()), depth + 1)
    elif isinstance(data, list) and depth < _DEEPEST:
        for item in data:
            yield from _strings(item, depth + 1)


def _whole_strings(text: str) -> Iterator[str]:
    """The strings of broken or cut JSON that are closed, names of fields left out."""
    for match in _STRING.finditer(text):
        if match[2]:
            continue
        try:
            yield json.loads(f'"{match[1]}"', strict=False)
        except ValueError:
            yield match[1]


def _lines(text: str) -> Iterator[str]:
    """Plain text: the numbered lines where there are any, else all that aren't remarks."""
    lines = [line for line in text.splitlines() if line.strip()]
    numbered = [_NUMBERED.sub("", line) for line in lines if _NUMBERED.match(line)]
    yield from numbered or [line for line in lines if not _REMARK.search(line)]
