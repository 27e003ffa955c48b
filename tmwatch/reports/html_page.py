"""The portfolio and the evidence pack as one HTML page each, complete in itself: styles and script inside, no address
that is loaded, and a content policy that forbids every other style and script (so no text of others can become one).
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from tmwatch.digest.rows import linked
from tmwatch.digest.wording import Words, translations
from tmwatch.reports.html_evidence import evidence_words
from tmwatch.reports.html_view import page_words
from tmwatch.reports.model import Evidence, PortfolioReport

if TYPE_CHECKING:
    import jinja2

UNPACKED = 250  # marks; in a longer report the details of a mark become part of the page when they are opened
_FOLDER = "templates"


def portfolio_page(report: PortfolioReport, words: Words) -> str:
    """Return the page of a portfolio."""
    return _render("portfolio.html.j2", words, v=page_words(report, words), unpacked=UNPACKED)


def evidence_page(evidence: Evidence, words: Words) -> str:
    """Return the evidence pack of one mark as a page."""
    return _render("evidence.html.j2", words, v=evidence_words(evidence, words))


def policy(style: str, script: str) -> str:
    """Return the content policy under which these two may run and nothing else may be loaded, sent or framed."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _render(template: str, words: Words, **values: object) -> str:
    from markupsafe import Markup

    style, script = _asset("page.css"), _asset("page.js")
    text: str = (
        _environment(words.language)
        .get_template(template)
        .render(
            **values,
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=policy(style, script),
            disclaimer=words.gettext(
                "This report shows what public USPTO records and orders show. It informs and is no legal advice; a "
                "name in an order is no finding against a person. Confirm every date with your counsel."
            ),
            stake_note=words.gettext(
                "What has been seen to go when an enrolment goes: A+ content, the brand Store, Sponsored Brands, Brand "
                "Analytics, protection of the listing. Listings often stay sellable. No term is published."
            ),
        )
    )
    return text


@cache
def _environment(language: str) -> jinja2.Environment:
    """Return the template environment of a language; everything is escaped."""
    import jinja2

    env = jinja2.Environment(
        loader=jinja2.PackageLoader("tmwatch.reports", _FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # by the extension
    env.filters["linked"] = linked
    return env


@cache
def _asset(name: str) -> str:
    """Return a file of ours that stands inside the page."""
    return resources.files("tmwatch.reports").joinpath(_FOLDER, name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
