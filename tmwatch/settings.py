"""One frozen Settings: the TOML file, then the environment, checked whole, with errors that help.

`load` takes the environment and the working folder as arguments. Secrets (keys, URLs that hold passwords) never show in
`repr`, errors or logs. Relative paths count from the folder of the file that names them, in variables from `cwd`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tmwatch import reading, setting_urls
from tmwatch.errors import SettingsError
from tmwatch.setting_sources import find_config, read_environment, read_file, user_folder, variable
from tmwatch.setting_values import KEYS, OPTIONS, ORDERS_PAGE, SECTIONS, Secret, Settings
from tmwatch.text import LINES, Text, chain, say

_DEFAULTS = say("the defaults")

__all__ = ["KEYS", "ORDERS_PAGE", "Secret", "Settings", "load"]


def load(config: Path | None, environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read the settings: `config` > TMWATCH_CONFIG > ./config/tmwatch.toml > ./tmwatch.toml > the user's folder;
    variables of `environ` beat the file. SettingsError has a line for each thing that is wrong."""
    path = find_config(config, environ, cwd)
    from_file, problems = read_file(path, KEYS) if path else ({}, [])
    from_environment, more = read_environment(environ, KEYS, cwd)
    if problems or more:
        raise SettingsError(chain([*problems, *more], LINES))
    values = from_file | from_environment
    _set_folders(values, environ)
    nested: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        nested.setdefault(section, {})[name] = value
    origin = dict.fromkeys(from_file, str(path)) | {key: variable(key) for key in from_environment}
    kept = _checked(nested, origin)
    settings = Settings(**{name: SECTIONS[name](**given) for name, given in kept.items()}, config_path=path)
    if settings.mail.url.get_secret_value().startswith("smtp") and not settings.mail.sender:
        raise SettingsError(say("mail.sender is missing: mail over SMTP needs the address that messages come from"))
    return settings._replace(warnings=tuple(_warnings(settings, from_file)))


def _checked(nested: Mapping[str, Mapping[str, Any]], origin: Mapping[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """Return the values as they are kept. SettingsError has a line for each that is wrong: the setting, what would be
    right, and where the value came from; never a secret."""
    try:
        return {
            name: {key: OPTIONS[name][key].plain(value) for key, value in given.items()}
            for name, given in nested.items()
        }
    except (ValueError, TypeError, ArithmeticError):
        from tmwatch.setting_model import validated  # slow to load, and seldom needed

        kept, problems = validated(nested)
    if problems:
        lines = [
            say("{setting}: {problem} (from {origin})", setting=key, problem=text, origin=origin.get(key, _DEFAULTS))
            for key, text in problems
        ]
        raise SettingsError(chain(lines, LINES)) from None  # the cause would show the values
    return kept


def _set_folders(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Fill in the defaults that depend on the machine: database, outbox beside it, backups beside it."""
    if not values.get("database.url"):
        values["database.url"] = f"sqlite:///{user_folder('XDG_DATA_HOME', environ) / 'tmwatch.db'}"
    home = setting_urls.sqlite_file(str(values["database.url"]))
    beside = home.parent if home else user_folder("XDG_DATA_HOME", environ)
    if not values.get("mail.url"):
        values["mail.url"] = f"file:{beside / 'outbox'}"
    if not values.get("store.backup_dir"):
        values["store.backup_dir"] = str(beside / "backups")


def _warnings(settings: Settings, from_file: Mapping[str, Any]) -> Iterator[Text]:
    """Yield what is allowed but unwise."""
    night = reading.night_hour_warning(settings.digest.send_at, settings.digest.timezone)
    if night:
        yield say("{setting}: {problem}", setting="digest.send_at", problem=night)
    for name, section in (("tsdr", settings.tsdr), ("odp", settings.odp)):
        if section.api_key and setting_urls.in_the_clear(section.base_url):
            yield say("{setting} is plain http: the key would travel unencrypted", setting=f"{name}.base_url")
    path = settings.config_path
    written = " ".join(str(value) for value in from_file.values())
    if path is None or os.name != "posix" or not any(secret in written for secret in settings.secrets()):
        return
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield say("{path} holds secrets and other users can read it; run: chmod 600 {path}", path=str(path))
