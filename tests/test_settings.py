"""Settings from the environment: defaults, values, and what is refused."""

from pathlib import Path

import pytest

from titlewright.errors import SettingsError, TitlewrightError
from titlewright.settings import Settings, load_settings


def test_an_empty_environment_gives_the_defaults():
    assert load_settings({}) == Settings()
    assert Settings().workers == 0
    assert Settings().data is None


def test_every_variable_is_read():
    settings = load_settings(
        {
            "TITLEWRIGHT_HOME": "/srv/titles",
            "TITLEWRIGHT_WORKERS": "4",
            "TITLEWRIGHT_DATA": "/srv/data",
            "UNRELATED": "1",
        }
    )
    assert settings == Settings(Path("/srv/titles"), 4, Path("/srv/data"))


def test_what_the_home_folder_holds():
    settings = Settings(home=Path("home"))
    assert settings.ledger == Path("home/ledger.sqlite")
    assert settings.packs == Path("home/channels")
    assert settings.aliases == Path("home/aliases.toml")


@pytest.mark.parametrize("workers", ["-1", "two", "1.5", "", " 2"])
def test_workers_that_make_no_sense_are_refused_by_name_and_value(workers):
    with pytest.raises(SettingsError) as refused:
        load_settings({"TITLEWRIGHT_WORKERS": workers})
    assert "TITLEWRIGHT_WORKERS" in str(refused.value)
    assert repr(workers) in str(refused.value)
    assert isinstance(refused.value, TitlewrightError)


def test_an_empty_data_variable_is_as_good_as_none():
    assert load_settings({"TITLEWRIGHT_DATA": ""}).data is None


def test_settings_cannot_be_changed():
    with pytest.raises(AttributeError):
        Settings().workers = 3
