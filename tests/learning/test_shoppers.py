"""Keyed hashes of shoppers, and the key file."""

from __future__ import annotations

import hmac
import stat
from pathlib import Path

import pytest

from titlewright.errors import SettingsError
from titlewright.learning.shoppers import Shoppers, is_hashed, load_shoppers
from titlewright.settings import Settings, load_settings

KEY = b"0123456789abcdef"


def test_a_hash_is_the_first_half_of_hmac_sha256_and_marked():
    hashed = Shoppers(KEY).hashed("alice@example.com")
    assert hashed == "who:" + hmac.digest(KEY, b"alice@example.com", "sha256").hex()[:32]
    assert is_hashed(hashed)
    assert Shoppers(KEY).hashed(hashed) == hashed
    assert Shoppers(KEY).hashed("") == ""
    assert Shoppers(KEY + b"!").hashed("alice@example.com") != hashed
    assert not is_hashed("who:alice")
    assert not is_hashed(hashed + "\n")


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    settings = Settings(home=tmp_path / "home")
    first = load_shoppers(settings)
    assert stat.S_IMODE(settings.secret_file.stat().st_mode) == 0o600
    assert load_shoppers(settings).hashed("bob") == first.hashed("bob")
    assert [one.name for one in settings.home.iterdir()] == [settings.secret_file.name]
    settings.secret_file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_shoppers(settings)


def test_the_key_is_never_shown(tmp_path: Path):
    settings = load_settings({"TITLEWRIGHT_SECRET": "a very long secret key"})
    assert "very long" not in repr(settings) + repr(load_shoppers(settings))
    with pytest.raises(SettingsError, match="has 5 bytes") as refused:
        load_shoppers(load_settings({"TITLEWRIGHT_SECRET": "short"}))
    assert "short " not in str(refused.value)
