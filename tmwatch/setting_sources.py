"""Where settings come from: the TOML file that counts, and the variables of the environment with secrets from files.

Both give flat values by `section.key` and a line for each thing that is wrong with a name; values are checked later.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tmwatch import reading, setting_urls
from tmwatch.errors import SettingsError
from tmwatch.text import Text, say

PREFIX = "TMWATCH_"
SECRETS = ("database.url", "tsdr.api_key", "odp.api_key", "mail.url", "http.proxy", "heartbeat.url")
PATHS = ("database.url", "mail.url", "store.backup_dir", "http.ca_file")
Flat = tuple[dict[str, Any], list[str | Text]]


def variable(key: str) -> str:
    """Return the environment name of `section.key`."""
    return PREFIX + key.replace(".", "_").upper()


def user_folder(name: str, environ: Mapping[str, str]) -> Path:
    """Return tmwatch's folder below $XDG_CONFIG_HOME or $XDG_DATA_HOME, else where this system keeps such things."""
    if environ.get(name):
        return Path(environ[name]) / "tmwatch"
    from platformdirs import user_config_path, user_data_path  # slow to load

    find = user_config_path if name == "XDG_CONFIG_HOME" else user_data_path
    return find("tmwatch", appauthor=False)


def find_config(config: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """Return the configuration file that counts, None when there is none; one that was named must exist."""
    named = config or (Path(environ["TMWATCH_CONFIG"]) if environ.get("TMWATCH_CONFIG") else None)
    if named:
        path = cwd / named.expanduser()
        if path.is_dir():
            path = path / "tmwatch.toml"
        if not path.is_file():
            source = "--config" if config else "TMWATCH_CONFIG"
            raise SettingsError(
                say(
                    "{source} names {path}, which does not exist; write one with: tmwatch init",
                    source=source,
                    path=str(path),
                )
            )
        return path
    user = user_folder("XDG_CONFIG_HOME", environ)
    places = (cwd / "config" / "tmwatch.toml", cwd / "tmwatch.toml", user / "tmwatch.toml")
    return next((place for place in places if place.is_file()), None)


def read_file(path: Path, keys: Collection[str]) -> Flat:
    """Return the file's settings by `section.key` and what is wrong with its keys; relative paths count from its
    folder."""
    sections = {key.partition(".")[0] for key in keys}
    values: dict[str, Any] = {}
    problems: list[str | Text] = []
    for section, content in _toml(path).items():
        if section not in sections:
            problems.append(_unknown(path, section, sections, keys))
        elif not isinstance(content, dict):
            problems.append(
                say(
                    "{path}: {section} is a section; write [{section}] and its keys below it",
                    path=str(path),
                    section=section,
                )
            )
        else:
            for key, value in content.items():
                name = f"{section}.{key}"
                if name not in keys:
                    problems.append(_unknown(path, name, keys))
                values[name] = anchor(name, value, path.parent)
    return values, problems


def _unknown(path: Path, name: str, *groups: Collection[str]) -> Text:
    """Say that a setting is not known, and which one may be meant."""
    said, near = say("{path}: unknown setting {name}", path=str(path), name=name), _near(name, *groups)
    return say("{sentence}; did you mean {word}?", sentence=said, word=near) if near else said


def _near(word: str, *groups: Collection[str]) -> str | None:
    """Return what was meant: the same key in its section, else what looks most like it."""
    for group in groups:
        last = {key.rpartition(".")[2]: key for key in reversed(tuple(group))}  # the first section with it counts
        name = word.rpartition(".")[2]
        near = last.get(name) or reading.nearest(word, group) or last.get(reading.nearest(name, last) or "")
        if near:
            return near
    return None


def _toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(say("cannot read {path}: {reason}", path=str(path), reason=error.strerror)) from error
    except UnicodeDecodeError:
        raise SettingsError(say("{path} is not UTF-8 text; save it as UTF-8", path=str(path))) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            say(
                '{path} is no valid TOML: {reason}; text stands in quotes: key = "value"',
                path=str(path),
                reason=str(error),
            )
        ) from None


def read_environment(environ: Mapping[str, str], keys: Collection[str], cwd: Path) -> Flat:
    """Return the variables' settings by `section.key` (secrets from files included) and what is wrong."""
    known = {variable(key): key for key in keys}
    files = {variable(key) + "_FILE": key for key in SECRETS}
    values: dict[str, Any] = {}
    problems: list[str | Text] = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name == "TMWATCH_CONFIG" or name.startswith("TMWATCH_TEST_"):
            continue
        if name in known:
            values[known[name]] = anchor(known[name], environ[name], cwd)
        elif name not in files:
            unknown = say("unknown variable {name} in the environment", name=name)
            problems.append(reading.hinted(unknown, name, (*known, *files, "TMWATCH_CONFIG")))
        elif variable(files[name]) in environ:
            problems.append(
                say("{one} and {other} are both set; unset one of them", one=variable(files[name]), other=name)
            )
        else:
            try:
                values[files[name]] = anchor(files[name], _read_secret(name, cwd / environ[name]), cwd)
            except SettingsError as error:
                problems.append(error.said)
    return values, problems


def _read_secret(name: str, path: Path) -> str:
    """Return the secret in `path`, without the line end that editors add."""
    try:
        text = path.read_text("utf-8-sig").strip()
    except OSError as error:
        raise SettingsError(
            say(
                "{source} names {path}, which cannot be read: {reason}",
                source=name,
                path=str(path),
                reason=error.strerror,
            )
        ) from error
    except UnicodeDecodeError:
        raise SettingsError(say("{source} names {path}, which is not text", source=name, path=str(path))) from None
    if not text or "\n" in text:
        raise SettingsError(say("{source} names {path}, which must hold exactly one line", source=name, path=str(path)))
    return text


def anchor(key: str, value: Any, folder: Path) -> Any:
    """Make a relative path absolute: it counts from `folder`. Other values stay as they are."""
    if key not in PATHS or not isinstance(value, str) or not value.strip():
        return value
    if key in ("database.url", "mail.url"):
        return setting_urls.anchored(value.strip(), folder)
    return str(folder / Path(value).expanduser())
