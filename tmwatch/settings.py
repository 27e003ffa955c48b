"""One frozen Settings: the TOML file, then the environment, checked whole, with errors that help.

`load` takes the environment and the working folder as arguments. Secrets (keys, URLs that hold passwords) never show in
`repr`, errors or logs. Relative paths count from the folder of the file that names them, in variables from `cwd`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tmwatch import reading, setting_urls
from tmwatch.errors import SettingsError
from tmwatch.setting_sources import find_config, read_environment, read_file, user_folder, variable

ORDERS_PAGE = (
    "https://www.uspto.gov/trademarks/trademark-updates-and-announcements/orders-issued-commissioner-trademarks"
)
FIELD_WORDS = {"Input should be": "must be", "Value error, ": "", ", unable to parse string as an integer": ""}


def _no_boolean(value: object) -> object:
    """Refuse true and false where a number stands: pydantic would read them as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")
    return value


def _blank_is_none(value: object) -> object:
    """Treat an empty string as not set."""
    return None if isinstance(value, str) and not value.strip() else value


Count = Annotated[int, BeforeValidator(_no_boolean)]
Seconds = Annotated[float, BeforeValidator(_no_boolean), Field(allow_inf_nan=False)]
BaseUrl = Annotated[str, AfterValidator(setting_urls.web)]
BlankIsNone = BeforeValidator(_blank_is_none)
Key = Annotated[SecretStr | None, BlankIsNone, AfterValidator(setting_urls.key)]


class _Section(BaseModel):
    """A table of the TOML file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Database(_Section):
    """Where everything is kept."""

    url: Annotated[str, AfterValidator(setting_urls.database)] = Field(default="", repr=False)


class Tsdr(_Section):
    """The live record of one case (TSDR API). Rates are requests a minute; `timeout` is in seconds."""

    api_key: Key = None
    base_url: BaseUrl = "https://tsdrapi.uspto.gov"
    requests_per_minute: Count = Field(default=55, ge=1, le=600)
    night_requests_per_minute: Count = Field(default=55, ge=1, le=600)
    documents_per_minute: Count = Field(default=4, ge=1, le=60)
    batch_size: Count = Field(default=20, ge=1, le=100)
    timeout: Seconds = Field(default=60.0, gt=0, le=3600)


class Orders(_Section):
    """The USPTO's page of orders; an empty `page_url` switches the watch off."""

    page_url: Annotated[str, AfterValidator(setting_urls.web_or_empty)] = ORDERS_PAGE
    stale_days: Count = Field(default=60, ge=1, le=3650)


class Odp(_Section):
    """The daily bulk files (Open Data Portal)."""

    api_key: Key = None
    base_url: BaseUrl = "https://api.uspto.gov"
    seconds_between_files: Seconds = Field(default=16.0, ge=0, le=3600)


class Mail(_Section):
    """How messages leave. `ambiguous`: what to do when the server may have taken a message: resend | carry-over."""

    url: Annotated[SecretStr, AfterValidator(setting_urls.mail)] = SecretStr("")
    sender: Annotated[str | None, BlankIsNone, AfterValidator(setting_urls.sender)] = None
    ambiguous: Annotated[str, BeforeValidator(lambda v: reading.choice(v, ("resend", "carry-over")))] = "resend"


class DigestSettings(_Section):
    """What a client gets unless clients.csv says otherwise. `quiet`: how often an all-clear comes."""

    language: Annotated[str, BeforeValidator(reading.language)] = "en"
    timezone: Annotated[str, BeforeValidator(reading.timezone)] = "America/New_York"
    send_at: Annotated[str, BeforeValidator(reading.clock_time)] = "08:00"
    min_severity: Annotated[str, BeforeValidator(lambda v: reading.choice(v, reading.SEVERITIES))] = "low"
    quiet: Annotated[str, BeforeValidator(lambda v: reading.choice(v, ("daily", "weekly", "never")))] = "weekly"


class Store(_Section):
    """What is kept for how long, and where backups go."""

    keep_raw_days: Count = Field(default=400, ge=1, le=36500)
    backup_dir: Annotated[Path | None, BlankIsNone] = None


class Http(_Section):
    """How this machine reaches the network."""

    proxy: Annotated[str | None, BlankIsNone, AfterValidator(setting_urls.proxy)] = Field(default=None, repr=False)
    ca_file: Annotated[Path | None, BlankIsNone] = None


class Log(_Section):
    """How much is said, and in which form."""

    level: Annotated[
        str, BeforeValidator(lambda v: reading.choice(v, ("debug", "info", "warning", "error", "critical")))
    ] = "info"
    format: Annotated[str, BeforeValidator(lambda v: reading.choice(v, ("console", "json")))] = "console"


class Heartbeat(_Section):
    """A dead man's switch in the manner of healthchecks.io."""

    url: Annotated[str | None, BlankIsNone, AfterValidator(setting_urls.web_or_empty)] = Field(default=None, repr=False)


class Settings(BaseSettings):
    """Every setting. `config_path` is the file that was read (None: none found), `warnings` one line each."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database: Database = Database()
    tsdr: Tsdr = Tsdr()
    orders: Orders = Orders()
    odp: Odp = Odp()
    mail: Mail = Mail()
    digest: DigestSettings = DigestSettings()
    store: Store = Store()
    http: Http = Http()
    log: Log = Log()
    heartbeat: Heartbeat = Heartbeat()
    config_path: Path | None = None
    warnings: tuple[str, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from `load` alone, never from the process's own environment."""
        return (init_settings,)

    def secrets(self) -> tuple[str, ...]:
        """Return every secret string of these settings, passwords inside URLs too, to be scrubbed from output."""
        keys = (self.tsdr.api_key, self.odp.api_key)
        found = [key.get_secret_value() for key in keys if key]
        if self.heartbeat.url:
            found.append(self.heartbeat.url)
        for url in (self.database.url, self.mail.url.get_secret_value(), self.http.proxy or ""):
            found.extend(setting_urls.passwords(url))
        return tuple(found)


SECTIONS: Mapping[str, type[BaseModel]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, _Section)
}
KEYS: tuple[str, ...] = tuple(f"{name}.{key}" for name, section in SECTIONS.items() for key in section.model_fields)


def load(config: Path | None, environ: Mapping[str, str], cwd: Path) -> Settings:
    """Read the settings: `config` > TMWATCH_CONFIG > ./config/tmwatch.toml > ./tmwatch.toml > the user's folder;
    variables of `environ` beat the file. SettingsError has a line for each thing that is wrong."""
    path = find_config(config, environ, cwd)
    from_file, problems = read_file(path, KEYS) if path else ({}, [])
    from_environment, more = read_environment(environ, KEYS, cwd)
    if problems or more:
        raise SettingsError("\n".join([*problems, *more]))
    values = from_file | from_environment
    _set_folders(values, user_folder("XDG_DATA_HOME", environ))
    nested: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        nested.setdefault(section, {})[name] = value
    origin = dict.fromkeys(from_file, str(path)) | {key: variable(key) for key in from_environment}
    try:
        settings = Settings(**nested, config_path=path)  # type: ignore[arg-type]  # tables, checked by pydantic
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(error, origin))) from None  # the cause would show the values
    if settings.mail.url.get_secret_value().startswith("smtp") and not settings.mail.sender:
        raise SettingsError("mail.sender is missing: mail over SMTP needs the address that messages come from")
    return settings.model_copy(update={"warnings": tuple(_warnings(settings, from_file))})


def _set_folders(values: dict[str, Any], data: Path) -> None:
    """Fill in the defaults that depend on the machine: database, outbox beside it, backups beside it."""
    if not values.get("database.url"):
        values["database.url"] = f"sqlite:///{data / 'tmwatch.db'}"
    home = setting_urls.sqlite_file(str(values["database.url"]))
    beside = home.parent if home else data
    if not values.get("mail.url"):
        values["mail.url"] = f"file:{beside / 'outbox'}"
    if not values.get("store.backup_dir"):
        values["store.backup_dir"] = str(beside / "backups")


def _explain(error: ValidationError, origin: Mapping[str, str]) -> Iterator[str]:
    """Yield one line a problem: setting, what would be right, and where the value came from; never a secret."""
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        key = ".".join(str(part) for part in problem["loc"][:2])
        text = problem["msg"]
        for ours, theirs in FIELD_WORDS.items():
            text = text.replace(ours, theirs)
        yield f"{key}: {text} (from {origin.get(key, 'the defaults')})"


def _warnings(settings: Settings, from_file: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is allowed but unwise."""
    night = reading.night_hour_warning(settings.digest.send_at, settings.digest.timezone)
    if night:
        yield f"digest.send_at: {night}"
    for name, section in (("tsdr", settings.tsdr), ("odp", settings.odp)):
        if section.api_key and setting_urls.in_the_clear(section.base_url):
            yield f"{name}.base_url is plain http: the key would travel unencrypted"
    path = settings.config_path
    written = " ".join(str(value) for value in from_file.values())
    if path is None or os.name != "posix" or not any(secret in written for secret in settings.secrets()):
        return
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield f"{path} holds secrets and other users can read it; run: chmod 600 {path}"
