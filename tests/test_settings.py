"""Settings: where they come from, what beats what, and errors that help without telling secrets."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.errors import SettingsError
from tmwatch.setting_model import validated
from tmwatch.setting_sources import SECRETS, variable
from tmwatch.setting_values import OPTIONS, SECTIONS, Log, Secret
from tmwatch.settings import KEYS, Settings, load

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "config" / "tmwatch.toml"
MACHINE_DEPENDENT = ("database.url", "mail.url", "store.backup_dir")


def write(folder: Path, text: str, name: str = "config/tmwatch.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def environ(tmp_path: Path, **values: str) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path / "xdg"), "XDG_DATA_HOME": str(tmp_path / "data"), **values}


def refused(tmp_path: Path, text: str = "", **values: str) -> str:
    if text:
        write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(None, environ(tmp_path, **values), tmp_path)
    return str(caught.value)


def value_of(settings: Settings, key: str) -> object:
    section, _, name = key.partition(".")
    found = getattr(getattr(settings, section), name)
    return found.get_secret_value() if isinstance(found, Secret) else found


def test_without_any_file_the_defaults_are_those_of_the_design(tmp_path: Path) -> None:
    s = load(None, environ(tmp_path), tmp_path)
    assert s.database.url == f"sqlite:///{tmp_path}/data/tmwatch/tmwatch.db"
    assert (s.tsdr.api_key, s.tsdr.base_url) == (None, "https://tsdrapi.uspto.gov")
    assert (s.tsdr.requests_per_minute, s.tsdr.night_requests_per_minute) == (55, 55)
    assert (s.tsdr.documents_per_minute, s.tsdr.batch_size, s.tsdr.timeout) == (4, 20, 60.0)
    assert (s.odp.api_key, s.odp.base_url, s.odp.seconds_between_files) == (None, "https://api.uspto.gov", 16.0)
    assert s.orders.page_url.startswith("https://www.uspto.gov/")
    assert s.orders.stale_days == 60
    assert s.mail.url.get_secret_value() == f"file:{tmp_path}/data/tmwatch/outbox"
    assert (s.mail.sender, s.mail.ambiguous, s.mail.unsubscribe) == (None, "resend", None)
    assert (s.digest.language, s.digest.timezone, s.digest.send_at) == ("en", "America/New_York", "08:00")
    assert (s.digest.min_severity, s.digest.quiet) == ("low", "weekly")
    assert (s.store.keep_raw_days, s.store.backup_dir) == (400, tmp_path / "data/tmwatch/backups")
    assert (s.http.proxy, s.http.ca_file, s.heartbeat.url) == (None, None, None)
    assert (s.log.level, s.log.format) == ("info", "console")
    assert (s.config_path, s.warnings) == (None, ())


def test_config_option_beats_variable_beats_config_folder_beats_folder_beats_user_folder(tmp_path: Path) -> None:
    user = write(tmp_path, "tsdr.batch_size = 1", "xdg/tmwatch/tmwatch.toml")
    here = write(tmp_path, "tsdr.batch_size = 2", "tmwatch.toml")
    below = write(tmp_path, "tsdr.batch_size = 3", "config/tmwatch.toml")
    named = write(tmp_path, "tsdr.batch_size = 4", "a.toml")
    given_path = write(tmp_path, "tsdr.batch_size = 5", "b.toml")
    env = environ(tmp_path)
    with_variable = env | {"TMWATCH_CONFIG": "a.toml"}
    assert load(given_path, with_variable, tmp_path).config_path == given_path
    assert load(None, with_variable, tmp_path).config_path == named
    for path, size in ((below, 3), (here, 2), (user, 1)):
        found = load(None, env, tmp_path)
        assert (found.config_path, found.tsdr.batch_size) == (path, size)
        path.unlink()
    assert load(None, env, tmp_path).config_path is None


def test_a_variable_beats_the_file(tmp_path: Path) -> None:
    write(tmp_path, '[digest]\nlanguage = "en"\ntimezone = "Asia/Tokyo"\n')
    s = load(None, environ(tmp_path, TMWATCH_DIGEST_LANGUAGE="zh-CN"), tmp_path)
    assert (s.digest.language, s.digest.timezone) == ("zh-CN", "Asia/Tokyo")


def test_the_process_environment_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMWATCH_TSDR_BATCH_SIZE", "7")
    monkeypatch.setenv("TSDR", '{"batch_size": 8}')
    assert load(None, environ(tmp_path), tmp_path).tsdr.batch_size == 20


@pytest.mark.parametrize("key", SECRETS)
def test_every_secret_may_come_from_a_file(tmp_path: Path, key: str) -> None:
    content = {
        "database.url": "postgresql+psycopg://u:CANARY@db.example/tm",
        "mail.url": "smtps://u:CANARY@mail.example:465",
        "http.proxy": "http://u:CANARY@proxy.example:3128",
        "heartbeat.url": "https://beat.example/CANARY",
    }.get(key, "CANARY")
    (tmp_path / "secret").write_text(content + "\n", encoding="utf-8")
    s = load(
        None, environ(tmp_path, TMWATCH_MAIL_SENDER="a@b.example", **{variable(key) + "_FILE": "secret"}), tmp_path
    )
    assert value_of(s, key) == content
    assert any("CANARY" in secret for secret in s.secrets())
    assert "CANARY" not in repr(s)
    assert "CANARY" not in str(s)


def test_a_secret_given_twice_or_in_a_missing_or_empty_file_is_an_error_without_the_secret(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    both = refused(tmp_path, TMWATCH_TSDR_API_KEY="CANARY", TMWATCH_TSDR_API_KEY_FILE="x")
    assert both == "TMWATCH_TSDR_API_KEY and TMWATCH_TSDR_API_KEY_FILE are both set; unset one of them"
    assert "cannot be read: No such file" in refused(tmp_path, TMWATCH_ODP_API_KEY_FILE="gone")
    assert "must hold exactly one line" in refused(tmp_path, TMWATCH_ODP_API_KEY_FILE="empty")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tsdr]\napikey = 1\n", "unknown setting tsdr.apikey; did you mean tsdr.api_key?"),
        ("[tsdrr]\napi_key = 1\n", "unknown setting tsdrr; did you mean tsdr?"),
        ('api_key = "x"\n', "unknown setting api_key; did you mean tsdr.api_key?"),
        ('[digest]\nlangauge = "en"\n', "unknown setting digest.langauge; did you mean digest.language?"),
        ("tsdr = 3\n", "tsdr is a section; write [tsdr] and its keys below it"),
        ("[tsdr]\napi_key = abc\n", "is no valid TOML: Invalid value (at line 2, column 11); text stands in quotes"),
        ("config_path = 'x'\n", "unknown setting config_path"),
    ],
)
def test_an_unknown_or_misplaced_key_names_the_nearest_known(tmp_path: Path, text: str, words: str) -> None:
    assert words in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TMWATCH_TSDR_APIKEY", "did you mean TMWATCH_TSDR_API_KEY?"),
        ("TMWATCH_TSDR_API_KEY_FIL", "did you mean TMWATCH_TSDR_API_KEY_FILE?"),
        ("TMWATCH_CONFG", "did you mean TMWATCH_CONFIG?"),
        ("TMWATCH_LOG_LEVEL_FILE", "unknown variable TMWATCH_LOG_LEVEL_FILE"),
        ("TMWATCH_TSDR", "unknown variable TMWATCH_TSDR "),
    ],
)
def test_an_unknown_variable_names_the_nearest_known_and_hides_its_value(tmp_path: Path, name: str, words: str) -> None:
    message = refused(tmp_path, **{name: "CANARY"})
    assert words in message
    assert "CANARY" not in message


def test_variables_of_the_tests_and_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    env = environ(tmp_path, TMWATCH_TEST_PG_DSN="x", PATH="/bin", LANGUAGE="xx")
    assert load(None, env, tmp_path).digest.language == "en"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("tsdr.batch_size", "abc", "tsdr.batch_size: must be a valid integer (from TMWATCH_TSDR_BATCH_SIZE)"),
        ("tsdr.batch_size", "0", "must be greater than or equal to 1"),
        ("tsdr.batch_size", "", "must be a valid integer"),
        ("tsdr.timeout", "60s", "must be a valid number"),
        ("tsdr.timeout", "nan", "must be "),
        ("tsdr.timeout", "-1", "must be greater than 0"),
        ("tsdr.base_url", "tsdrapi.uspto.gov", "must be a web address that begins with https://"),
        ("tsdr.base_url", "ftp://x.example", "must be a web address"),
        ("odp.base_url", "https://u:p@x.example", "must not hold a user name or password"),
        ("orders.page_url", "www.uspto.gov/x", "must be a web address"),
        ("digest.timezone", "Asia/Beijing", "'Asia/Beijing' is no time zone; did you mean Asia/Shanghai?"),
        ("digest.timezone", "asia/shanghai", "did you mean Asia/Shanghai?"),
        ("digest.timezone", "UTC+8", "'UTC+8' is no time zone"),
        ("digest.timezone", "../../etc/passwd", "is no time zone"),
        ("digest.timezone", "America", "is no time zone"),
        ("digest.send_at", "8am", "'8am' is no time of day; write it as \"08:00\""),
        ("digest.send_at", "24:00", "is no time of day"),
        ("digest.send_at", "08:60", "is no time of day"),
        ("digest.language", "fr", "'fr' is no language tmwatch writes; use en or zh-CN"),
        ("digest.min_severity", "hihg", "did you mean high?"),
        ("digest.quiet", "monthly", "is none of daily, weekly, never"),
        ("mail.ambiguous", "drop", "is none of resend, carry-over"),
        ("mail.sender", "nobody", "'nobody' is no e-mail address"),
        ("mail.sender", "a@b.example\r\nBcc: x@y.example", "must be one line"),
        ("digest.operator", "boss", "'boss' is no e-mail address"),
        ("digest.operator", "a@b.example, c@d.example", "is no e-mail address"),
        ("mail.unsubscribe", "stop@b.example", "must be mailto:ADDRESS, https://HOST/PATH, or both"),
        ("mail.unsubscribe", "http://b.example/stop", "must be mailto:ADDRESS, https://HOST/PATH, or both"),
        ("mail.unsubscribe", "mailto:{client}@b.example", "must be mailto:ADDRESS, https://HOST/PATH, or both"),
        ("mail.unsubscribe", "https://{client}.b.example/", "must be mailto:ADDRESS, https://HOST/PATH, or both"),
        ("mail.unsubscribe", "mailto:stop", "'stop' is no e-mail address"),
        ("mail.unsubscribe", "https://b.example/{name}", "{client} is all that may stand in braces"),
        ("mail.unsubscribe", "https://b.example/a>,<b", "must hold addresses of plain characters"),
        ("mail.unsubscribe", "https://b.example/1 https://b.example/2", "holds two addresses of one kind"),
        ("mail.unsubscribe", "https://u:p@b.example/", "must not hold a user name or password"),
        ("log.level", "loud", "is none of debug, info, warning, error, critical"),
        ("log.format", "xml", "is none of console, json"),
        ("store.keep_raw_days", "1.5", "must be a valid integer"),
        ("heartbeat.url", "beat", "must be a web address"),
    ],
)
def test_a_value_that_cannot_be_read_says_what_would_be_right(tmp_path: Path, key: str, value: str, words: str) -> None:
    message = refused(tmp_path, **{variable(key): value})
    assert words in message
    assert variable(key) in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("database.url", "mysql://u:CANARY@h/x"),
        ("database.url", "sqlite://"),
        ("database.url", "sqlite:///:memory:"),
        ("database.url", "postgresql+psycopg://u:CANARY@h"),
        ("database.url", "CANARY"),
        ("mail.url", "http://u:CANARY@h"),
        ("mail.url", "smtp://u:CANARY/x@h.example:587"),
        ("mail.url", "smtp://u:CAN ARY@h.example:587"),
        ("mail.url", "smtps://u:CANARY@h.example:port"),
        ("mail.url", "smtp://"),
        ("mail.url", "file:"),
        ("http.proxy", "socks5://u:CANARY@h:1"),
        ("tsdr.api_key", "CANARY two"),
        ("tsdr.api_key", "CANARY\r\nX: y"),
        ("odp.api_key", "CANARYé"),
    ],
)
def test_a_bad_secret_is_refused_without_repeating_it(tmp_path: Path, key: str, value: str) -> None:
    message = refused(tmp_path, **{variable(key): value, "TMWATCH_MAIL_SENDER": "a@b.example"})
    assert key in message
    assert "CAN" not in message


@given(st.text(min_size=4, max_size=40))
def test_whatever_stands_in_a_secret_setting_never_comes_back_in_the_error(value: str) -> None:
    marked = f"Q7{value}7Q"
    for key in SECRETS:
        try:
            shown = repr(
                load(None, {variable(key): marked, "XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c"}, Path("/x"))
            )
        except SettingsError as error:
            shown = str(error)
        assert marked not in shown


def test_booleans_and_other_odd_types_in_the_file_are_refused(tmp_path: Path) -> None:
    assert "tsdr.batch_size: must be a number, not true or false" in refused(tmp_path, "[tsdr]\nbatch_size = true\n")
    assert "tsdr.base_url: must be a valid string" in refused(tmp_path, "[tsdr]\nbase_url = 5\n")
    assert "digest.language: ['en'] is no" in refused(tmp_path, "[digest]\nlanguage = ['en']\n").replace('"', "")
    assert "tsdr.api_key: must be a valid string" in refused(tmp_path, "[tsdr]\napi_key = 12345\n")


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    lines = refused(tmp_path, '[digest]\nlanguage = "xx"\nsend_at = "soon"\n[log]\nlevel = "x"\n').splitlines()
    assert [line.partition(":")[0] for line in lines] == ["digest.language", "digest.send_at", "log.level"]
    assert all(line.endswith(f"(from {tmp_path}/config/tmwatch.toml)") for line in lines)


def test_values_are_taken_in_the_forms_people_use(tmp_path: Path) -> None:
    write(
        tmp_path,
        "\ufeff[digest]\nlanguage = '中文'\nsend_at = 8:30\n".replace("8:30", "08:30:00")
        + "min_severity = 'HIGH'\n[tsdr]\ntimeout = 5\nbase_url = 'http://127.0.0.1:8000/'\n[mail]\n"
        "url = 'smtp://u%40x:p%3Aw@mail.example:587'\nsender = 'Example Counsel <a@b.example>'\n",
    )
    s = load(None, environ(tmp_path, TMWATCH_DATABASE_URL="postgres://u:pw@h.example/tm"), tmp_path)
    assert (s.digest.language, s.digest.send_at, s.digest.min_severity) == ("zh-CN", "08:30", "high")
    assert (s.tsdr.timeout, s.tsdr.base_url) == (5.0, "http://127.0.0.1:8000")
    assert s.database.url == "postgresql+psycopg://u:pw@h.example/tm"
    assert set(s.secrets()) >= {"pw", "p%3Aw", "p:w"}


def test_a_password_given_as_a_parameter_of_the_address_is_a_secret_too(tmp_path: Path) -> None:
    s = load(None, environ(tmp_path, TMWATCH_DATABASE_URL="postgresql://h.example/tm?user=u&password=p%2Bw"), tmp_path)
    assert set(s.secrets()) >= {"p%2Bw", "p+w"}


def test_relative_paths_count_from_the_file_and_in_variables_from_the_folder(tmp_path: Path) -> None:
    write(tmp_path, '[database]\nurl = "sqlite:///tm.db"\n[mail]\nurl = "file:out"\n[http]\nca_file = "ca.pem"\n')
    s = load(None, environ(tmp_path), tmp_path)
    assert s.database.url == f"sqlite:///{tmp_path}/config/tm.db"
    assert s.mail.url.get_secret_value() == f"file:{tmp_path}/config/out"
    assert s.http.ca_file == tmp_path / "config/ca.pem"
    assert s.store.backup_dir == tmp_path / "config/backups"
    s = load(None, environ(tmp_path, TMWATCH_DATABASE_URL="sqlite:///x/tm.db"), tmp_path)
    assert s.database.url == f"sqlite:///{tmp_path}/x/tm.db"


def test_outbox_and_backups_of_a_server_database_lie_in_the_data_folder(tmp_path: Path) -> None:
    s = load(None, environ(tmp_path, TMWATCH_DATABASE_URL="postgresql+psycopg://h.example/tm"), tmp_path)
    assert s.mail.url.get_secret_value() == f"file:{tmp_path}/data/tmwatch/outbox"
    assert s.store.backup_dir == tmp_path / "data/tmwatch/backups"


def test_an_empty_page_url_switches_the_order_page_off_and_empty_optionals_are_not_set(tmp_path: Path) -> None:
    s = load(
        None, environ(tmp_path, TMWATCH_ORDERS_PAGE_URL="", TMWATCH_TSDR_API_KEY=" ", TMWATCH_MAIL_URL=""), tmp_path
    )
    assert (s.orders.page_url, s.tsdr.api_key) == ("", None)
    assert s.mail.url.get_secret_value().startswith("file:")


def test_unsubscribing_takes_a_mail_and_a_web_address_with_the_client_in_them(tmp_path: Path) -> None:
    both = "mailto:stop@b.example?subject=stop%20{client}  https://b.example/stop?c={client}"
    s = load(None, environ(tmp_path, TMWATCH_MAIL_UNSUBSCRIBE=both), tmp_path)
    assert s.mail.unsubscribe == both.replace("  ", " ")


def test_the_operators_addresses_stand_with_semicolons_between_them(tmp_path: Path) -> None:
    assert load(None, environ(tmp_path), tmp_path).digest.operator == ""
    s = load(None, environ(tmp_path, TMWATCH_DIGEST_OPERATOR=" a@b.example; c@d.example;a@b.example;"), tmp_path)
    assert s.digest.operator == "a@b.example;c@d.example"


def test_smtp_needs_a_sender(tmp_path: Path) -> None:
    assert "mail.sender is missing" in refused(tmp_path, TMWATCH_MAIL_URL="smtps://mail.example")


def test_a_named_file_must_exist_be_readable_and_be_utf8(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--config names .*gone.toml, which does not exist; .*tmwatch init"):
        load(Path("gone.toml"), environ(tmp_path), tmp_path)
    assert "TMWATCH_CONFIG names" in refused(tmp_path, TMWATCH_CONFIG="gone.toml")
    (tmp_path / "tmwatch.toml").write_bytes('[mail]\nsender = "é"'.encode("latin-1"))
    assert "is not UTF-8 text; save it as UTF-8" in refused(tmp_path)
    write(tmp_path, "tsdr.batch_size = 9", "config/tmwatch.toml")
    assert load(tmp_path / "config", environ(tmp_path), tmp_path).tsdr.batch_size == 9


@pytest.mark.parametrize(
    ("zone", "at", "warned"),
    [
        ("America/New_York", "02:30", True),
        ("Europe/Berlin", "00:00", True),
        ("America/New_York", "03:59", True),
        ("America/New_York", "04:00", False),
        ("America/New_York", "23:59", False),
        ("Asia/Shanghai", "02:30", False),
        ("UTC", "00:00", False),
    ],
)
def test_hours_that_daylight_saving_moves_are_warned_about(tmp_path: Path, zone: str, at: str, warned: bool) -> None:
    s = load(None, environ(tmp_path, TMWATCH_DIGEST_TIMEZONE=zone, TMWATCH_DIGEST_SEND_AT=at), tmp_path)
    assert any("daylight saving" in str(line) for line in s.warnings) is warned


def test_a_file_with_secrets_that_others_can_read_is_warned_about(tmp_path: Path) -> None:
    path = write(tmp_path, '[tsdr]\napi_key = "abcdefgh"\n')
    assert load(None, environ(tmp_path), tmp_path).warnings == ()
    path.chmod(0o644)
    assert tuple(map(str, load(None, environ(tmp_path), tmp_path).warnings)) == (
        f"{path} holds secrets and other users can read it; run: chmod 600 {path}",
    )
    path.write_text('[database]\nurl = "sqlite:///tm.db"\n', encoding="utf-8")
    assert load(None, environ(tmp_path), tmp_path).warnings == ()


def test_a_key_over_plain_http_is_warned_about_but_not_on_this_machine(tmp_path: Path) -> None:
    values = {"TMWATCH_TSDR_API_KEY": "abcdefgh", "TMWATCH_TSDR_BASE_URL": "http://tsdr.example"}
    assert "unencrypted" in str(load(None, environ(tmp_path, **values), tmp_path).warnings[0])
    values["TMWATCH_TSDR_BASE_URL"] = "http://127.0.0.1:1"
    assert load(None, environ(tmp_path, **values), tmp_path).warnings == ()


def test_every_value_of_every_section_has_its_option() -> None:
    assert {name: list(section()._fields) for name, section in SECTIONS.items()} == {
        name: list(options) for name, options in OPTIONS.items()
    }


WRITTEN = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "en",
            "中文",
            "HIGH",
            "8:30",
            "daily",
            "Asia/Tokyo",
            "a.pem",
            "abcdefgh",
            "a@b.example",
            "mailto:a@b.example",
            "file:out",
            "sqlite:///x.db",
            "http://h.example:1/",
            "https://h.example",
            "smtp://u:p@h.example:587",
            "debug",
            "json",
        ]
    ),
    st.text(max_size=8),
    st.booleans(),
    st.integers(-2, 700),
    st.floats(-1, 4000),
    st.sampled_from([float("nan"), float("inf"), [], {}, None]),
)


@given(st.sampled_from(KEYS), WRITTEN)
def test_what_is_plainly_right_is_kept_as_the_model_would_keep_it(key: str, value: object) -> None:
    section, _, name = key.partition(".")
    try:
        kept = OPTIONS[section][name].plain(value)
    except (ValueError, TypeError, ArithmeticError):
        return
    assert validated({section: {name: value}}) == ({section: {name: kept}}, [])
    assert type(validated({section: {name: value}})[0][section][name]) is type(kept)


def test_what_is_written_another_way_is_converted(tmp_path: Path) -> None:
    write(tmp_path, "[tsdr]\nbatch_size = 5.0\n")
    s = load(None, environ(tmp_path, TMWATCH_TSDR_TIMEOUT="2.5", TMWATCH_TSDR_REQUESTS_PER_MINUTE="30"), tmp_path)
    assert (s.tsdr.batch_size, s.tsdr.timeout, s.tsdr.requests_per_minute) == (5, 2.5, 30)
    assert [type(value) for value in (s.tsdr.batch_size, s.tsdr.timeout)] == [int, float]


def test_a_secret_shows_itself_to_who_asks_for_it_alone() -> None:
    assert "abc" not in f"{Secret('abc')} {Secret('abc')!r} {[Secret('abc')]}"
    assert (Secret("abc").get_secret_value(), bool(Secret("")), len(Secret("abc"))) == ("abc", False, 3)
    assert Secret("abc") == Secret("abc") != Secret("abd")
    assert len({Secret("abc"), Secret("abc")}) == 1


def test_settings_are_frozen(tmp_path: Path) -> None:
    s = load(None, environ(tmp_path), tmp_path)
    with pytest.raises(AttributeError):
        s.tsdr.batch_size = 3  # type: ignore[misc]  # what is refused
    with pytest.raises(AttributeError):
        s.log = Log()  # type: ignore[misc]  # what is refused


def commented_settings() -> dict[str, object]:
    text = re.sub(r"(?m)^#(?=\w+ = )", "", EXAMPLE.read_text("utf-8"))
    tables = tomllib.loads(text)
    return {f"{section}.{key}": value for section, keys in tables.items() for key, value in keys.items()}


def test_the_example_file_has_every_setting_with_its_default_and_no_other(tmp_path: Path) -> None:
    written = commented_settings()
    assert sorted(written) == sorted(KEYS)
    defaults = load(None, environ(tmp_path), tmp_path)
    for key, value in written.items():
        if key in MACHINE_DEPENDENT:
            assert value == ""
        else:
            default = value_of(defaults, key)
            assert value == ("" if default is None else default), key


def test_the_example_file_loads_as_it_is_and_with_every_setting_uncommented(tmp_path: Path) -> None:
    write(tmp_path, EXAMPLE.read_text("utf-8"), "a/tmwatch.toml")
    write(tmp_path, re.sub(r"(?m)^#(?=\w+ = )", "", EXAMPLE.read_text("utf-8")), "b/tmwatch.toml")
    plain = load(tmp_path / "a", environ(tmp_path), tmp_path)
    full = load(tmp_path / "b", environ(tmp_path), tmp_path)
    assert [value_of(plain, key) or None for key in KEYS] == [value_of(full, key) or None for key in KEYS]


def test_the_readme_names_every_setting() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    table = dict(re.findall(r"(?m)^\| `(\w+)` \| (.*) \|$", text))
    named = {f"{section}.{key}" for section, keys in table.items() for key in re.findall(r"`(\w+)`", keys)}
    assert set(KEYS) <= named
