"""Settings of the LLM: what the environment gives, what is refused, and that no key is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from titlewright.errors import SettingsError
from titlewright.generators.llm.settings import LLMSettings, load_llm_settings
from titlewright.records import Usage

GIVEN = {"TITLEWRIGHT_LLM_URL": "http://127.0.0.1:11434/v1", "TITLEWRIGHT_LLM_MODEL": "llama3.2"}
SECRET = "sk-secret-123"


def load(**variables: str) -> LLMSettings:
    return load_llm_settings(
        GIVEN | {f"TITLEWRIGHT_LLM_{name}": value for name, value in variables.items()}
    )


def test_url_and_model_are_enough() -> None:
    assert load() == LLMSettings("http://127.0.0.1:11434/v1", "llama3.2")


def test_every_variable_is_read() -> None:
    settings = load(
        KEY=SECRET, BUDGET="2.5", PRICES="0.15,0.60", EXAMPLES="prepared", SHOTS="2",
        CONCURRENCY="8", TRIES="3", TIMEOUT="30", WAIT="10", TOKENS="4000", TEMPERATURE="0",
    )  # fmt: skip
    assert settings == LLMSettings(
        "http://127.0.0.1:11434/v1", "llama3.2", key=SECRET, budget=2.5, prices=(0.15, 0.6),
        examples=Path("prepared"), shots=2, concurrency=8, tries=3, timeout=30, longest_wait=10,
        answer_tokens=4000, temperature=0,
    )  # fmt: skip


@pytest.mark.parametrize("missing", ["URL", "MODEL"])
def test_what_is_missing_is_named_with_an_example(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"TITLEWRIGHT_LLM_{missing} is not set.*export"):
        load(**{missing: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "127.0.0.1:11434"), ("URL", "ftp://example.com/v1"), ("URL", "http://[::1"),
        ("BUDGET", "much"), ("BUDGET", "-1"), ("BUDGET", "nan"), ("BUDGET", "inf"),
        ("PRICES", "0.15"), ("PRICES", "1,2,3"), ("PRICES", "a,b"), ("PRICES", "-1,2"),
        ("CONCURRENCY", "0"), ("CONCURRENCY", "1.5"), ("TRIES", "0"), ("TIMEOUT", "0"),
        ("SHOTS", "-1"), ("WAIT", "x"), ("TOKENS", "-5"), ("TEMPERATURE", "3"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    prices = {} if name == "PRICES" else {"PRICES": "1,1"}
    with pytest.raises(SettingsError, match=f"TITLEWRIGHT_LLM_{name}"):
        load(**prices | {name: value})


def test_a_budget_needs_prices() -> None:
    with pytest.raises(SettingsError, match=r"BUDGET is set.*Set TITLEWRIGHT_LLM_PRICES"):
        load(BUDGET="1")


@pytest.mark.parametrize("url", [f"https://me:{SECRET}@example.com/v1",
                                 f"https://example.com/v1?key={SECRET}", SECRET,
                                 f"me:{SECRET}@example.com/v1"])  # fmt: skip
def test_a_url_with_a_secret_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError, match=r"TITLEWRIGHT_LLM_(KEY|URL)") as refused:
        load(URL=url)
    assert SECRET not in str(refused.value)


def test_a_key_that_is_none_is_refused_without_showing_it() -> None:
    with pytest.raises(SettingsError) as refused:
        load(KEY=f"{SECRET} {SECRET}")
    assert SECRET not in str(refused.value)


def test_the_key_is_in_no_repr() -> None:
    assert SECRET not in repr(load(KEY=SECRET))


def test_the_key_of_openai_goes_to_openai_alone() -> None:
    shared = {"OPENAI_API_KEY": SECRET, "TITLEWRIGHT_LLM_MODEL": "m"}
    for url, key in (("https://api.openai.com/v1", SECRET), ("https://example.com/v1", ""),
                     ("https://api.openai.com.example.com/v1", "")):  # fmt: skip
        assert load_llm_settings(shared | {"TITLEWRIGHT_LLM_URL": url}).key == key
    own = shared | {"TITLEWRIGHT_LLM_URL": "https://api.openai.com/v1"}
    assert load_llm_settings(own | {"TITLEWRIGHT_LLM_KEY": "other"}).key == "other"


def test_tokens_in_money() -> None:
    assert load(PRICES="0.15,0.60").cost(1_000_000, 500_000) == Usage(1_000_000, 500_000, 0.45)
    assert load().cost(10, 10).cost == 0
