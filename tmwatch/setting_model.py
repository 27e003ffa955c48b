"""The settings as a pydantic-settings model, made from the declared options: it converts what is written another way
("55" for 55) and words what is wrong. Loading it takes longer than a look-up, so that it comes only where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tmwatch import reading
from tmwatch.setting_values import OPTIONS, SECTIONS, Option, Secret
from tmwatch.text import N_, Text, say

FIELD_WORDS = {"Input should be": "must be", "Value error, ": "", ", unable to parse string as an integer": ""}
_USUAL = (
    N_("must be a valid integer"),
    N_("must be a valid integer, got a number with a fractional part"),
    N_("must be a valid number"),
    N_("must be a valid number, unable to parse string as a number"),
    N_("must be a finite number"),
    N_("must be a valid string"),
)
_LIMITS = {
    "ge": N_("must be greater than or equal to {ge}"),
    "gt": N_("must be greater than {gt}"),
    "le": N_("must be less than or equal to {le}"),
}


class _Section(BaseModel):
    """A table of the TOML file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Base(BaseSettings):
    """All tables. Values come from `settings.load` alone, never from the process's own environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the constructor is given."""
        return (init_settings,)


def validated(
    nested: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str | Text]]]:
    """Return the values as they are kept, by section and key, and (section.key, what would be right) of the others."""
    made: Any = _model()
    try:
        model = made(**nested)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        return {}, [(".".join(str(part) for part in one["loc"][:2]), _worded(one)) for one in problems]
    return {
        name: {key: _kept(getattr(getattr(model, name), key)) for key in given} for name, given in nested.items()
    }, []


def _worded(problem: ErrorDetails) -> str | Text:
    """Say what would be right in the house's words: a sentence where it is one of ours or a usual one of pydantic's."""
    context = problem.get("ctx", {})
    ours = context.get("error")
    if isinstance(ours, reading.Unfit):
        return ours.said
    text = problem["msg"]
    for words in FIELD_WORDS.items():
        text = text.replace(*words)
    usual = [say(msgid) for msgid in _USUAL]
    usual += [say(msgid, **{name: f"{context[name]:g}"}) for name, msgid in _LIMITS.items() if name in context]
    return next((sentence for sentence in usual if str(sentence) == text), text)


def _kept(value: Any) -> Any:
    """Return a value of the model as the settings keep it."""
    return Secret(value.get_secret_value()) if isinstance(value, SecretStr) else value


@cache
def _model() -> type[BaseSettings]:
    """Make the model from the declared options."""
    tables: dict[str, Any] = {}
    for name, section in SECTIONS.items():
        table = create_model(section.__name__, __base__=_Section, **_members(name))
        tables[name] = (table, table())
    return create_model("Settings", __base__=_Base, **tables)


def _members(name: str) -> dict[str, Any]:
    """Return type and default of each key of a section."""
    plain, members = SECTIONS[name](), {}
    for key, option in OPTIONS[name].items():
        default = getattr(plain, key)
        shown = SecretStr(default.get_secret_value()) if isinstance(default, Secret) else default
        members[key] = (_type_of(option), shown)
    return members


def _type_of(option: Option) -> Any:
    """Return the annotated type of an option."""
    kind: Any = SecretStr if option.kind is Secret else option.kind
    checks: list[Any] = []
    if option.kind in (int, float):
        bounds = Field(ge=option.least, gt=option.above, le=option.most)
        checks = [BeforeValidator(_no_boolean), bounds]
        if option.kind is float:
            checks.append(Field(allow_inf_nan=False))
    if option.after:
        checks.append(AfterValidator(_checked(option.after)))
    for before in (option.before, _blank_is_none if option.optional else None):
        if before:
            checks.append(BeforeValidator(before))
    return Annotated[(kind | None if option.optional else kind, *checks)]


def _checked(check: Callable[[str], str | None]) -> Callable[[Any], Any]:
    """Let a check see through a secret and pass what is not set."""

    def apply(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, SecretStr):
            return check(value)
        return SecretStr(check(value.get_secret_value()) or "")

    return apply


def _no_boolean(value: object) -> object:
    """Refuse true and false where a number stands: pydantic would read them as 1 and 0."""
    if isinstance(value, bool):
        raise reading.Unfit(say("must be a number, not true or false"))
    return value


def _blank_is_none(value: object) -> object:
    """Treat an empty string as not set."""
    return None if isinstance(value, str) and not value.strip() else value
