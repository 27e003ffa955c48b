"""Templates -> text and HTML: the environments of the languages, and styles moved to their elements."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tmwatch.digest.catalogues import translations
from tmwatch.digest.rows import linked
from tmwatch.digest.wording import Words

if TYPE_CHECKING:
    import jinja2


def rendered(template: str, voice: Words, hidden: int, **values: Any) -> str:
    """Render a template; `hidden` entries are left to the attached text."""
    return (
        environment(voice.language)
        .get_template(template)
        .render(
            disclaimer=voice.gettext(
                "This message reports what public USPTO records and orders show. It informs and is no legal advice; "
                "a name in an order is no finding against a person. Confirm every date with your counsel."
            ),
            hidden_note=voice.ngettext(
                "{n} more entry is in the attached text, which holds everything.",
                "{n} more entries are in the attached text, which holds everything.",
                hidden,
            ),
            **values,
        )
    )


@cache
def environment(language: str) -> jinja2.Environment:
    """Return the template environment of a language. Escaping goes by name: `*.html.j2` escapes, text does not."""
    import jinja2

    env = jinja2.Environment(
        loader=jinja2.PackageLoader("tmwatch.digest", "templates"),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),  # noqa: S701 - the rule itself
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        keep_trailing_newline=True,
        auto_reload=False,
    )
    env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # by the extension
    env.filters["linked"] = linked
    return env


def inlined(html: str) -> str:
    """Move the styles to their elements; the block that holds dark mode stays."""
    found: str = _inliner().inline(html)
    return found


@cache
def _inliner():  # type: ignore[no-untyped-def]  # css_inline's class has no stable public type
    """Return the inliner: it loads nothing from anywhere.

    The dark-mode block stays by its data-css-inline="keep"; keep_at_rules would put a copy of it before the charset.
    """
    import css_inline

    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=False)
