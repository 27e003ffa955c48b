"""What went wrong reaches a Chinese reader in Chinese, also in a digest that is made hours after the pass."""

from __future__ import annotations

from tests.pipeline.stage import MORNING, Stage
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.deliver import deliver
from tmwatch.pipeline.last_pass import last_pass
from tmwatch.pipeline.queueing import queue_all
from tmwatch.pipeline.run import Edges, Options, RunResult
from tmwatch.store.engine import reading

PORTFOLIO = (
    "client,emails,brand,serial_number,language\n"
    "Kestrel Pet,k@kestrel.example,KESTREL,88000009,zh-CN\n"
    "Kestrel Pet,k@kestrel.example,KESTREL,88000010,zh-CN\n"
)


def test_a_later_digest_says_in_chinese_why_a_mark_was_not_checked(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    lite.serve_day(1)
    lite.state.maintenance = {"88000010"}
    result = lite.run(options=Options(send=False, digests=False))
    told = next(one for one in result.to_json()["failed"] if one["serial_number"] == "88000010")
    assert told == {
        "source": "tsdr",
        "serial_number": "88000010",
        "file": None,
        "error": "TSDR answered with a web page, perhaps for maintenance, and no data",
    }

    def later(ctx: Context, edges: Edges) -> RunResult:
        with reading(ctx.engine) as conn:
            info = last_pass(conn)
        assert info is not None
        queue_all(ctx, info)
        deliver(ctx, edges.channels)
        return RunResult(ctx.run_id, ctx.now)

    lite.run(MORNING, act=later)
    assert "TSDR 返回的是网页，可能正在维护，没有数据" in lite.text("kestrel-pet")
