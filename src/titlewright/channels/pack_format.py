"""A rule pack as TOML data, read into a Channel or a Law.

    title = "Amazon"                        # for people
    attribute_order = ["brand", "style"]    # as the channel recommends
    laws = "locale"                         # or a list of law packs, always applied
    [length]                                # max, recommended, unit, weight; [[length.exceptions]]
    [ranking]                               # what qualities weigh here: order = 0.3
    [sources.help]                          # url, read (a date), about (what was read there)
    [[rules]]                               # id, kind, severity, source, confidence, message, ...

The options of each kind of rule are described in kinds/. `lists` in a rule names word lists of
lists.toml, which become its phrases; `exempt_lists` likewise its exempt words.
"""

# ruff: noqa: SIM905  (word lists read best as text)

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

from titlewright.channels.kinds import KINDS
from titlewright.channels.model import Channel, Confidence, Law, LengthException, Rule
from titlewright.errors import ChannelError
from titlewright.text.width import UNITS

_CHANNEL_KEYS = frozenset(
    """name title note extends disable aliases languages attribute_order category_orders ranking
    ai_title laws laws_without_locale length sources rules""".split()
)
_LAW_KEYS = frozenset("name title countries languages sources rules".split())
_LENGTH_KEYS = frozenset("max recommended unit weight exceptions".split())
_EXCEPTION_KEYS = frozenset("max countries product_types categories".split())
_RULE_KEYS = frozenset(
    "id kind severity source confidence message repair languages countries".split()
)
_DEFAULT_MESSAGES = {
    "max_length": "The title measures {length}; the limit is {limit}.",
    "recommended_length": "The title measures {length}; up to {limit} is recommended.",
    "min_length": "The title measures {length}; it must measure at least {limit}.",
    "repetition": 'The word "{found}" is repeated too often.',
    "shouting": '"{found}" is written in capitals.',
    "white_space": "The title holds extra white space.",
}
# What is fixed even where the rule is only a warning.
_ALWAYS_REPAIRED = frozenset({"max_length", "shouting", "white_space"})


def extended(base: Mapping[str, Any], data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The data of a pack laid over that of the pack it extends.

    Tables are merged, rules by their id; other values replace. The aliases are not inherited.
    """
    merged = {key: value for key, value in base.items() if key != "aliases"}
    for key, value in data.items():
        if key == "rules":
            merged[key] = _merged_rules(base.get("rules", []), value, path)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merged[key] | value
        else:
            merged[key] = value
    disabled = data.get("disable", [])
    known = {rule.get("id") for rule in merged.get("rules", [])}
    if unknown := [name for name in disabled if name not in known]:
        raise ChannelError(f"{path} disables {unknown[0]!r}, which {data['extends']} doesn't have.")
    merged["rules"] = [rule for rule in merged.get("rules", []) if rule.get("id") not in disabled]
    return merged


def _merged_rules(base: list[Any], own: list[Any], path: Path) -> list[Any]:
    rules = {rule["id"]: rule for rule in base}
    for rule in own:
        if not isinstance(rule, dict) or "id" not in rule:
            raise ChannelError(f"{path}: every rule needs an id, this one has none: {rule!r}.")
        rules[rule["id"]] = rules.get(rule["id"], {}) | rule
    return list(rules.values())


class PackReader:
    """Reads packs, with the word lists that their rules may name."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._lists = lists

    def channel(self, data: Mapping[str, Any], path: Path, laws: Mapping[str, Law]) -> Channel:
        """A channel from a pack's data. Raises ChannelError for what makes no sense."""
        _known(data, _CHANNEL_KEYS, path, "the pack")
        name = str(data["name"])
        length = _value(data, "length", dict, {}, path)
        _known(length, _LENGTH_KEYS, path, "length")
        unit = _value(length, "unit", str, "code_points", path)
        if unit not in UNITS:
            raise ChannelError(f"{path}: length.unit is {unit!r}. Use one of: {', '.join(UNITS)}.")
        return Channel(
            name=name,
            title=_value(data, "title", str, name, path),
            max_length=_positive(length, "max", path),
            unit=unit,
            weight=float(length.get("weight", 1.0)),
            recommended_length=_positive(length, "recommended", path),
            length_exceptions=tuple(
                _exception(item, path) for item in _value(length, "exceptions", list, [], path)
            ),
            attribute_order=_texts(data, "attribute_order", path),
            category_orders={
                group: tuple(order)
                for group, order in _value(data, "category_orders", dict, {}, path).items()
            },
            ranking=_weights(data, path),
            languages=_texts(data, "languages", path),
            aliases=_texts(data, "aliases", path),
            ai_title=_value(data, "ai_title", bool, False, path),
            laws=_laws(data, path, laws),
            laws_by_locale=data.get("laws") == "locale",
            laws_without_locale=_texts(data, "laws_without_locale", path),
            rules=self._rules(data, name, path),
            sources=tuple(
                str(source["url"]) for source in _value(data, "sources", dict, {}, path).values()
            ),
            note=_value(data, "note", str, "", path),
        )

    def law(self, data: Mapping[str, Any], path: Path) -> Law:
        """A law pack from its data. Its rules may only warn."""
        _known(data, _LAW_KEYS, path, "the pack")
        name = _value(data, "name", str, path.stem, path)
        rules = self._rules(data, f"law.{name}", path)
        for rule in rules:
            if rule.severity == "error":
                raise ChannelError(
                    f"{path}: rule {rule.id} is an error. Law packs can only warn: what the law "
                    "forbids depends on the context, which words alone don't tell."
                )
        return Law(
            name,
            _value(data, "title", str, name, path),
            frozenset(_texts(data, "countries", path)),
            frozenset(_texts(data, "languages", path)),
            rules,
        )

    def _rules(self, data: Mapping[str, Any], owner: str, path: Path) -> tuple[Rule, ...]:
        sources = _value(data, "sources", dict, {}, path)
        rules = tuple(
            self._rule(item, owner, sources, path) for item in _value(data, "rules", list, [], path)
        )
        seen: set[str] = set()
        for rule in rules:
            if rule.id in seen:
                raise ChannelError(f"{path} has two rules with the id {rule.id!r}.")
            seen.add(rule.id)
        return rules

    def _rule(
        self, item: Mapping[str, Any], owner: str, sources: Mapping[str, Any], path: Path
    ) -> Rule:
        if not isinstance(item, dict) or not item.get("id"):
            raise ChannelError(f"{path}: every rule needs an id, this one has none: {item!r}.")
        rule_id, kind = f"{owner}.{item['id']}", item.get("kind")
        if kind not in KINDS:
            raise ChannelError(
                f"{path}: rule {rule_id} is of kind {kind!r}. There are: {', '.join(KINDS)}."
            )
        confidence = item.get("confidence", "user")
        severity = item.get("severity", "warning")
        if confidence not in get_args(Confidence) or severity not in ("error", "warning"):
            raise ChannelError(
                f"{path}: rule {rule_id} has confidence {confidence!r} and severity {severity!r}. "
                f"Use one of {', '.join(get_args(Confidence))}, and error or warning."
            )
        if confidence == "S" and severity == "error":
            raise ChannelError(
                f"{path}: rule {rule_id} is an error on the word of a secondary source (S). "
                "Make it a warning, or read the channel's own page and set the confidence to V."
            )
        url, read = _source(item, rule_id, sources, path)
        repaired = severity == "error" or kind in _ALWAYS_REPAIRED
        return Rule(
            id=rule_id,
            kind=kind,
            severity=severity,
            message=_value(
                item, "message", str, _DEFAULT_MESSAGES.get(kind, '"{found}" is not allowed.'), path
            ),
            source_url=url,
            read=read,
            confidence=confidence,
            repair=_value(item, "repair", bool, repaired, path),
            languages=_texts(item, "languages", path),
            countries=_texts(item, "countries", path),
            options=self._options(item, rule_id, path),
        )

    def _options(self, item: Mapping[str, Any], rule_id: str, path: Path) -> dict[str, object]:
        options = {key: value for key, value in item.items() if key not in _RULE_KEYS}
        for key, target in (("lists", "phrases"), ("exempt_lists", "exempt")):
            for name in options.pop(key, ()):
                if name not in self._lists:
                    raise ChannelError(
                        f"{path}: rule {rule_id} names the list {name!r}. "
                        f"There are: {', '.join(self._lists)}."
                    )
                options[target] = [*options.get(target, ()), *self._lists[name]]
        return options


def _source(
    item: Mapping[str, Any], rule_id: str, sources: Mapping[str, Any], path: Path
) -> tuple[str, date | None]:
    name = item.get("source", "")
    if not name:
        return "", None
    if name not in sources or "url" not in sources[name]:
        raise ChannelError(f"{path}: rule {rule_id} names the source {name!r}, which has no url.")
    return str(sources[name]["url"]), sources[name].get("read")


def _weights(data: Mapping[str, Any], path: Path) -> dict[str, float]:
    weights = _value(data, "ranking", dict, {}, path)
    for name, value in weights.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            raise ChannelError(f"{path}: ranking.{name} must be a number from 0, not {value!r}.")
    return {name: float(value) for name, value in weights.items()}


def _laws(data: Mapping[str, Any], path: Path, laws: Mapping[str, Law]) -> tuple[Law, ...]:
    wanted = data.get("laws", [])
    if wanted == "locale":
        return tuple(laws.values())
    for name in _texts(data, "laws", path):
        if name not in laws:
            raise ChannelError(f"{path} names the law {name!r}. There are: {', '.join(laws)}.")
    return tuple(laws[name] for name in wanted)


def _exception(item: Mapping[str, Any], path: Path) -> LengthException:
    _known(item, _EXCEPTION_KEYS, path, "length.exceptions")
    return LengthException(
        _positive(item, "max", path),
        frozenset(_texts(item, "countries", path)),
        frozenset(_texts(item, "product_types", path)),
        frozenset(text.casefold() for text in _texts(item, "categories", path)),
    )


def _known(data: Mapping[str, Any], keys: frozenset[str], path: Path, where: str) -> None:
    if unknown := sorted(set(data) - keys):
        raise ChannelError(
            f"{path}: {where} has the unknown key {unknown[0]!r}. Known: {', '.join(sorted(keys))}."
        )


def _positive(data: Mapping[str, Any], key: str, path: Path) -> int | None:
    value = data.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise ChannelError(f"{path}: {key} must be a whole number above 0, not {value!r}.")


def _texts(data: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
    value = data.get(key, [])
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return tuple(value)
    raise ChannelError(f"{path}: {key} must be a list of texts, not {value!r}.")


def _value(data: Mapping[str, Any], key: str, kind: type, default: Any, path: Path) -> Any:
    value = data.get(key, default)
    if isinstance(value, kind):
        return value
    raise ChannelError(f"{path}: {key} must be a {kind.__name__}, not {value!r}.")
