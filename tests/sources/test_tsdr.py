"""The TSDR client against a real server that fails in every way TSDR does."""

import copy
import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from tests.sources import golden
from tests.sources.golden.expected import REGISTERED, REGISTERED_ST96
from tests.sources.loopback import Loopback, Say, drip, raw, record, reply, reset, running, short, unbounded
from tmwatch.errors import FetchError, FormatError, KeyRefused, NotFound, SettingsError, Unavailable, UsageError
from tmwatch.records import Provenance
from tmwatch.sources.http import LocalPace, PoliteClient
from tmwatch.sources.tsdr import Fetched, Tsdr

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
INFO = golden.read("registered-info.json")
ONE = "/ts/cd/casestatus/sn87000001/info.json"
HTML = b"<!DOCTYPE html><html><body>TSDR is down for maintenance</body></html>"


class Bench:
    """A client with a key, sleeping only on paper."""

    def __init__(self, server: Loopback, timeout: float = 5.0, **more: Any) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        pace = LocalPace({"requests": 1_000_000}, lambda: self.now)
        self.http = PoliteClient(
            timeout=timeout, proxy=None, ca_file=None, pace=pace, clock=time.monotonic, sleep=self.sleep
        )
        settings = {"base_url": f"{server.url}/", "api_key": "canary-key", "clock": lambda: NOW, **more}
        self.tsdr = Tsdr(self.http, **settings)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def pauses(self) -> list[float]:
        """The waits that are more than the pace's own."""
        return [round(seconds, 2) for seconds in self.slept if seconds > 0.01]


def case(serial: str) -> dict[str, Any]:
    """The golden case under another serial number."""
    mark = copy.deepcopy(golden.trademark())
    mark["status"]["serialNumber"] = int(serial)
    mark["status"]["usRegistrationNumber"] = ""
    return mark


def many(*serials: str) -> Say:
    return reply(200, golden.envelope(*((serial, case(serial)) for serial in serials)))


def batch_of(*serials: str) -> str:
    return f"/ts/cd/caseMultiStatus/sn?ids={','.join(serials)}"


def alone(serial: str) -> str:
    return f"/ts/cd/casestatus/sn{serial}/info.json"


def serials_in(fetched: list[Fetched]) -> list[str]:
    return [record.serial_number for each in fetched for record in each.cases]


def failures_in(fetched: list[Fetched]) -> dict[str, Exception]:
    return {number: error for each in fetched for number, error in each.failures}


# One case


def test_one_case_is_fetched_with_key_and_accept_and_dated():
    with running({ONE: [reply(200, INFO)]}) as server:
        bench = Bench(server)
        document, found = bench.tsdr.fetch_one("87000001")
    assert (document.body, document.sha256, document.fetched_at) == (INFO, sha256(INFO).hexdigest(), NOW)
    assert document.url == server.url + ONE
    provenance = Provenance("tsdr", NOW, document.url, document.sha256)
    assert found.provenance == provenance
    assert found.serial_number == REGISTERED.serial_number
    assert server.asked[0].headers["accept"] == "application/json"
    assert server.asked[0].headers["uspto-api-key"] == "canary-key"
    assert bench.slept == []
    assert bench.tsdr.unknown == set()


def test_a_registration_number_finds_the_serial():
    with running({"/ts/cd/casestatus/rn5100001/info.json": [reply(200, INFO)]}) as server:
        assert Bench(server).tsdr.fetch_one("rn5100001")[1].serial_number == "87000001"


def test_old_registration_numbers_are_padded():
    mark = golden.trademark()
    mark["status"]["usRegistrationNumber"] = "612345"
    with running({"/ts/cd/casestatus/rn0612345/info.json": [record(mark)]}) as server:
        assert Bench(server).tsdr.fetch_one("rn612345")[1].registration_number == "0612345"


def test_unknown_fields_are_collected():
    with running(default=reply(200, golden.read("sanctioned-info.json"))) as server:
        bench = Bench(server)
        bench.tsdr.fetch_one("90000973")
    assert bench.tsdr.unknown == {"trademark.futureBlock", "trademark.status.futureFlag"}


def test_st96_and_the_document_list_are_asked_as_xml():
    listed = (
        b'<DocumentList xmlns="urn:us:gov:doc:uspto:trademark"><Document><SerialNumber>87000001</SerialNumber>'
        b"<DocumentTypeCode>NOA</DocumentTypeCode><MailRoomDate>2023-03-22-04:00</MailRoomDate>"
        b"<TotalPageQuantity>2</TotalPageQuantity></Document></DocumentList>"
    )
    answers = {
        "/ts/cd/casestatus/sn87000001/info.xml": [reply(200, golden.read("registered-info.xml"), "application/xml")],
        "/ts/cd/casedocs/sn87000001/info": [reply(200, listed, "application/xml")],
    }
    with running(answers) as server:
        bench = Bench(server)
        assert bench.tsdr.fetch_st96("sn87000001")[1].proceedings == REGISTERED_ST96.proceedings
        documents = bench.tsdr.fetch_documents("sn87000001")[1]
    assert [(found.code, found.description, found.pages) for found in documents] == [("NOA", "NOA", 2)]
    assert {asked.headers["accept"] for asked in server.asked} == {"application/xml"}


@pytest.mark.parametrize("query", ["", "nonsense", "sn123", "rn", "sn97123456/../x", "９７１２３４５６", "rn12345678"])
def test_what_is_no_case_number_is_not_asked(query):
    with running() as server, pytest.raises(UsageError):
        Bench(server).tsdr.fetch_one(query)
    assert server.asked == []


@pytest.mark.parametrize("key", ["", "  ", "ключ", "a\nb"])
def test_a_key_that_cannot_be_sent_is_a_setting_to_mend(key):
    with running() as server, pytest.raises(SettingsError, match=r"tsdr\.api_key"):
        Bench(server, api_key=key)


# What may pass is tried again


TRANSIENT = {
    "503": reply(503, b"down", "text/plain"),
    "500 with JSON": reply(500, b"{}"),
    "408": reply(408, b""),
    "204": reply(204, b"", ""),
    "200 and empty": reply(200, b""),
    "200 and blanks": reply(200, b" \n"),
    "200 with a web page": reply(200, HTML, "text/html"),
    "200 with a web page called JSON": reply(200, HTML),
    "200 with markup called JSON": reply(200, b"  <error/>"),
    "truncated with length": short(INFO[:900], len(INFO)),
    "truncated without length": unbounded(INFO[:900]),
    "reset": reset,
    "closed": raw(b""),
}


@pytest.mark.parametrize("say", TRANSIENT.values(), ids=TRANSIENT.keys())
def test_a_passing_failure_is_tried_again_and_the_case_is_read(say):
    with running({ONE: [say, say, reply(200, INFO)]}) as server:
        bench = Bench(server)
        assert bench.tsdr.fetch_one("87000001")[1].status_code == 702
    assert len(server.asked) == 3
    assert len(bench.pauses) == 2
    assert 0.5 <= bench.pauses[0] <= 1.5
    assert 1.0 <= bench.pauses[1] <= 3.0


@pytest.mark.parametrize("say", TRANSIENT.values(), ids=TRANSIENT.keys())
def test_a_failure_that_stays_is_given_up_after_five_attempts(say):
    with running({ONE: [say]}) as server:
        bench = Bench(server)
        with pytest.raises(Unavailable) as caught:
            bench.tsdr.fetch_one("87000001")
    assert len(server.asked) == 5
    assert "\n" not in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("say", "says"),
    [
        (reply(200, b" \n"), "empty body"),
        (reply(200, HTML, "text/html"), "web page"),
        (reply(503, b""), "503"),
        (unbounded(INFO[:900]), "cut short"),
    ],
)
def test_what_it_was_is_said(say, says):
    with running({ONE: [say]}) as server, pytest.raises(Unavailable, match=says):
        Bench(server, attempts=1).tsdr.fetch_one("87000001")


def test_a_dripping_answer_is_given_up_and_tried_again():
    start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n{"
    with running({ONE: [drip(start, 0.02), reply(200, INFO)]}) as server:
        assert Bench(server, timeout=0.3).tsdr.fetch_one("87000001")[1].status_code == 702


def test_a_dead_network_is_one_line():
    with running() as server:
        bench = Bench(server, base_url="http://127.0.0.1:9")
        with pytest.raises(Unavailable, match=r"no connection to 127\.0\.0\.1"):
            bench.tsdr.fetch_one("87000001")


# Too fast


def http_date(second: int) -> str:
    return f"Mon, 23 Nov 2026 12:00:{second:02} GMT"


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": http_date(30)}, 30),
        ({}, 60),
        ({"Retry-After": "later"}, 60),
        ({"Retry-After": "86400"}, 900),
    ],
)
def test_429_waits_as_told_and_goes_on(headers, pause):
    busy = reply(429, b"Max transaction limit reached per user", "text/plain", **headers)
    with running({ONE: [busy, reply(200, INFO)]}) as server:
        bench = Bench(server)
        assert bench.tsdr.fetch_one("87000001")[1].status_code == 702
    assert bench.pauses == [pause]


def test_429_is_no_attempt_but_not_endless():
    busy = reply(429, b"", "text/plain", Retry_After="5")
    with running({ONE: [*[busy] * 10, reply(200, INFO)]}) as server:
        assert Bench(server).tsdr.fetch_one("87000001")[1].status_code == 702
    with running({ONE: [busy]}) as server:
        bench = Bench(server)
        with pytest.raises(Unavailable, match="429"):
            bench.tsdr.fetch_one("87000001")
    assert len(server.asked) == 11


# What will not pass is said at once


@pytest.mark.parametrize(
    ("say", "error", "says"),
    [
        (reply(401, b"register for an API key", "text/plain"), KeyRefused, "401.*api-manager"),
        (reply(403, b"No permission of user=sip", "text/plain"), KeyRefused, "403.*api-manager"),
        (reply(404, b"BACKEND RESPONSE STATUS: 404", "text/plain"), KeyRefused, "no TSDR key.*Open Data Portal"),
        (reply(404, b"{}"), NotFound, "no such case"),
        (reply(200, b'{"trademarks": []}'), NotFound, "no such case"),
        (reply(400, b"", "text/plain"), FetchError, "400"),
        (reply(406, b"", "text/plain"), FormatError, "406"),
        (reply(418, b"", "text/plain"), FetchError, "418"),
        (reply(200, INFO, "text/plain"), FormatError, "'text/plain' where JSON"),
        (reply(200, b"%PDF-1.7", "application/pdf"), FormatError, "where JSON"),
        (reply(200, INFO, ""), FormatError, "no content type"),
        (reply(200, b'{"error": "x"}'), FormatError, "no case record"),
        (record(case("87000002")), FormatError, r"another case \(87000002\)"),
        (record({**case("87000001"), "prosecutionHistory": []}), FormatError, "prosecutionHistory is empty"),
        (reply(200, b"[" * 1_000_000), FormatError, "nested deeper"),
    ],
)
def test_what_will_not_pass_is_one_clear_line_after_one_request(say, error, says):
    with running({ONE: [say]}) as server, pytest.raises(error, match=says) as caught:
        Bench(server).tsdr.fetch_one("87000001")
    assert len(server.asked) == 1
    assert "\n" not in str(caught.value)
    assert "canary" not in str(caught.value)


def test_the_key_never_goes_to_another_host():
    with running(default=reply(200, INFO)) as stranger, running() as server:
        server.default = reply(302, b"", Location=f"{stranger.url}{ONE}")
        with pytest.raises(FetchError, match="another host"):
            Bench(server).tsdr.fetch_one("87000001")
    assert stranger.asked == []


def test_a_redirect_within_the_host_is_followed_with_the_key():
    with running({ONE: [reply(302, b"", Location="/new")], "/new": [reply(200, INFO)]}) as server:
        assert Bench(server).tsdr.fetch_one("87000001")[1].status_code == 702
    assert server.asked[1].headers["uspto-api-key"] == "canary-key"


def test_a_redirect_in_a_circle_ends():
    with running({ONE: [reply(302, b"", Location=ONE)]}) as server, pytest.raises(Unavailable, match="circle"):
        Bench(server, attempts=1).tsdr.fetch_one("87000001")
    assert len(server.asked) == 4


def test_a_case_of_ten_megabytes_is_fetched():
    mark = golden.trademark()
    entry = {**mark["prosecutionHistory"][-1], "entryDesc": "X" * 400}
    mark["prosecutionHistory"] = [{**entry, "entryNumber": number} for number in range(20_000)]
    with running({ONE: [record(mark)]}) as server:
        document, found = Bench(server).tsdr.fetch_one("87000001")
    assert len(document.body) > 10_000_000
    assert len(found.events) == 20_000


# Many cases


def test_a_batch_is_one_request_with_literal_commas():
    serials = [str(87000001 + number) for number in range(45)]
    groups = [serials[:20], serials[20:40], serials[40:]]
    with running({batch_of(*group): [many(*group)] for group in groups}) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(serials))
    assert server.targets == [batch_of(*group) for group in groups]
    assert serials_in(fetched) == serials
    assert failures_in(fetched) == {}
    assert [each.numbers for each in fetched] == [tuple(group) for group in groups]


def test_a_number_asked_twice_is_asked_once():
    with running({batch_of("87000001"): [many("87000001")]}) as server:
        assert serials_in(list(Bench(server).tsdr.fetch_batch(["87000001"] * 3))) == ["87000001"]


def test_a_missing_number_is_asked_alone():
    answers = {
        batch_of("87000001", "87000002", "87000003"): [many("87000001")],
        alone("87000002"): [record(case("87000002"))],
        alone("87000003"): [reply(404, b"")],
    }
    with running(answers) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(["87000001", "87000002", "87000003"]))
    assert serials_in(fetched) == ["87000001", "87000002"]
    assert list(failures_in(fetched)) == ["87000003"]
    assert isinstance(failures_in(fetched)["87000003"], NotFound)


def test_an_alien_number_is_not_taken():
    answers = {batch_of("87000001"): [many("87000001", "87000099")]}
    with running(answers) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(["87000001"]))
    assert serials_in(fetched) == ["87000001"]


@pytest.mark.parametrize(
    "entries",
    [
        [("87000001", "87000001"), ("87000001", "87000001"), ("87000002", "87000002")],
        [("87000001", "87000099"), ("87000002", "87000002")],
    ],
    ids=["doubled", "another case under the number"],
)
def test_a_doubled_or_wrong_entry_is_refused_and_asked_alone(entries):
    body = golden.envelope(*((number, case(serial)) for number, serial in entries))
    answers = {
        batch_of("87000001", "87000002"): [reply(200, body)],
        alone("87000001"): [record(case("87000001"))],
    }
    with running(answers) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(["87000001", "87000002"]))
    assert serials_in(fetched) == ["87000002", "87000001"]
    assert failures_in(fetched) == {}


def test_one_bad_mark_does_not_lose_the_other_nineteen():
    serials = [str(87000001 + number) for number in range(20)]
    bad = {**case(serials[7]), "prosecutionHistory": []}
    body = golden.envelope(*((serial, bad if serial == serials[7] else case(serial)) for serial in serials))
    with running({batch_of(*serials): [reply(200, body)], alone(serials[7]): [record(bad)]}) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(serials))
    assert sorted(serials_in(fetched)) == sorted(set(serials) - {serials[7]})
    assert "prosecutionHistory is empty" in str(failures_in(fetched)[serials[7]])
    assert fetched[-1].document is not None, "the bad answer is kept as evidence"


def test_one_mark_with_a_maintenance_page_is_named_and_the_rest_is_read():
    answers = {
        batch_of("87000001", "87000002", "87000003"): [many("87000001", "87000003")],
        alone("87000002"): [reply(200, HTML, "text/html")],
    }
    with running(answers) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(["87000001", "87000002", "87000003"]))
    assert serials_in(fetched) == ["87000001", "87000003"]
    assert "web page" in str(failures_in(fetched)["87000002"])


@pytest.mark.parametrize(
    "say",
    [
        reply(404, b""),
        reply(400, b""),
        reply(406, b""),
        reply(200, b'{"other": 1}'),
        reply(200, b'{"transactionList": 5}'),
    ],
)
def test_when_the_call_for_many_is_refused_each_is_asked_alone(say):
    answers = {
        batch_of("87000001", "87000002"): [say],
        alone("87000001"): [record(case("87000001"))],
        alone("87000002"): [record(case("87000002"))],
    }
    with running(answers) as server:
        assert serials_in(list(Bench(server).tsdr.fetch_batch(["87000001", "87000002"]))) == ["87000001", "87000002"]


def test_an_oversized_answer_is_completed_one_by_one():
    body = golden.envelope(("87000001", case("87000001")), oversized=True)
    answers = {batch_of("87000001", "87000002"): [reply(200, body)], alone("87000002"): [record(case("87000002"))]}
    with running(answers) as server:
        assert serials_in(list(Bench(server).tsdr.fetch_batch(["87000001", "87000002"]))) == ["87000001", "87000002"]


def test_a_refused_key_stops_everything():
    with running(default=reply(403, b"", "text/plain")) as server, pytest.raises(KeyRefused):
        list(Bench(server).tsdr.fetch_batch([str(87000001 + number) for number in range(100)]))
    assert len(server.asked) == 1


def test_a_refusal_after_the_key_has_worked_is_of_that_number_alone():
    blocked = reply(403, b"", "text/plain")
    answers = {
        batch_of("87000001", "87000002"): [many("87000001")],
        alone("87000002"): [blocked],
        batch_of("87000003", "87000004"): [blocked],
        batch_of("87000005"): [many("87000005")],
    }
    with running(answers) as server:
        fetched = list(Bench(server, batch_size=2).tsdr.fetch_batch([str(87000001 + number) for number in range(5)]))
    assert serials_in(fetched) == ["87000001", "87000005"]
    assert set(failures_in(fetched)) == {"87000002", "87000003", "87000004"}
    assert all(isinstance(error, KeyRefused) for error in failures_in(fetched).values())


def test_registrations_are_asked_as_such():
    body = golden.envelope(("5100001", golden.trademark()))
    with running({"/ts/cd/caseMultiStatus/rn?ids=5100001": [reply(200, body)]}) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(["5100001"], kind="rn"))
    assert [(each.numbers, serials_in([each])) for each in fetched] == [(("5100001",), ["87000001"])]


def test_a_silent_tsdr_is_not_asked_for_ever_and_every_number_is_named():
    serials = [str(87000001 + number) for number in range(400)]
    with running(default=reply(503, b"", "text/plain")) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(serials))
    assert set(failures_in(fetched)) == set(serials)
    assert len(server.asked) == 3 * 5 + 5
    assert "not asked" in str(failures_in(fetched)[serials[-1]])


def test_a_tsdr_that_comes_back_is_asked_again():
    serials = [str(87000001 + number) for number in range(80)]
    groups = [serials[at : at + 20] for at in range(0, 80, 20)]
    down = reply(503, b"", "text/plain")
    answers = {batch_of(*group): [down] for group in groups[:3]}
    with running({**answers, batch_of(*groups[3]): [many(*groups[3])]}) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(serials))
    assert serials_in(fetched) == groups[3]
    assert set(failures_in(fetched)) == set(serials[:60])


def test_marks_that_fail_alone_do_not_stop_the_next_batch():
    serials = [str(87000001 + number) for number in range(40)]
    answers = {batch_of(*serials[:20]): [many(serials[0])], batch_of(*serials[20:]): [many(*serials[20:])]}
    with running(answers, default=reply(503, b"", "text/plain")) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(serials))
    assert serials_in(fetched) == [serials[0], *serials[20:]]
    assert set(failures_in(fetched)) == set(serials[1:20])


@pytest.mark.parametrize("say", [reply(406, b""), reply(200, b"%PDF-1.7", "application/pdf"), reply(400, b"")])
def test_one_number_with_a_useless_answer_is_named(say):
    answers = {batch_of("87000001", "87000002"): [many("87000001")], alone("87000002"): [say]}
    with running(answers) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(["87000001", "87000002"]))
    assert serials_in(fetched) == ["87000001"]
    assert list(failures_in(fetched)) == ["87000002"]


def test_every_number_comes_back_exactly_once_whatever_the_server_does():
    serials = [str(87000001 + number) for number in range(6)]
    odd = golden.envelope(
        (serials[0], case(serials[0])), (serials[1], case(serials[2])), (serials[3], {}), ("99999999", case("99999999"))
    )
    answers = {batch_of(*serials): [reply(200, odd)], alone(serials[4]): [record(case(serials[4]))]}
    with running(answers, default=reply(404, b"")) as server:
        fetched = list(Bench(server).tsdr.fetch_batch(serials))
    told = [number for each in fetched for number in each.numbers] + list(failures_in(fetched))
    assert sorted(told) == serials
    assert serials_in(fetched) == [serials[0], serials[4]]


def test_the_key_stands_in_no_repr():
    with running() as server:
        bench = Bench(server)
        assert "canary" not in repr(bench.tsdr) + repr(bench.http)
