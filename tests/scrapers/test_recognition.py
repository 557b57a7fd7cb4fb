"""What is not the page is named; what is the page is never refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scrapers.decoding import decode
from scrapers.index_rows import content_type_of
from scrapers.recognition import not_the_page
from scrapers.records import Refusal
from tests.mirror.pages import table_page
from tests.mirror.server import BLOCK_PAGE, CHALLENGE


def code(body: str | bytes, content_type: str | None = "text/html", status: int | None = None) -> str | None:
    data = body.encode() if isinstance(body, str) else body
    try:
        text = decode(data).text
    except Refusal:
        text = None
    found = not_the_page(data, text, content_type, status)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        ("empty_body", " \n"),
        ("empty_body", bytes(4000)),
        ("error_page", "<html><body><p>当前访问人数较多,您前面还有1203人,请耐心等待。</p></body></html>"),
        ("error_page", "<html><head><title>域名出售</title></head><body>This domain is for sale.</body></html>"),
        ("block_page", BLOCK_PAGE),
        ("script_challenge", CHALLENGE),
        ("error_page", "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"),
        ("error_page", "<html><head><title>404</title></head><body>您访问的页面不存在，请返回首页。</body></html>"),
        ("error_page", "<html><body><p>系统维护中</p></body></html>"),
        ("login_page", "<html><title>统一身份认证平台</title><form>密码<input type='password'></form></html>"),
        ("login_page", "<html><body><form>账户<input>口令<input type=password></form></body></html>"),
        ("empty_list", "<html><body><ul></ul><p>暂无数据</p></body></html>"),
        ("moved_notice", "<html><head><meta http-equiv=refresh content='0;url=http://x.gov.cn/'></head><body>旧站</body></html>"),
        ("empty_page", "<html><head><title>专利统计</title></head><body><div id=app></div></body></html>"),
    ],
)  # fmt: skip
def test_what_is_not_the_page_is_named(expected: str, body: str | bytes) -> None:
    assert code(body) == expected


def test_a_block_page_full_of_script_and_style_is_still_a_block_page() -> None:
    page = BLOCK_PAGE.decode().replace(
        "<head>", f"<head><style>{'a{b:c}' * 5000}</style><script>{'x=1;' * 5000}</script>"
    )
    assert code(page) == "block_page"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (412, "script_challenge"), (521, "script_challenge"), (403, "block_page"), (429, "block_page"),
        (401, "login_page"), (500, "http_error"),
    ],
)  # fmt: skip
def test_a_status_names_the_refusal_whatever_the_body_says(status: int, expected: str) -> None:
    assert code(table_page(), status=status) == expected


def test_status_202_with_a_script_is_a_challenge() -> None:
    assert code("<html><body><script>go()</script></body></html>", status=202) == "script_challenge"


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("<!DOCTYPE html><html><body>拒绝</body></html>", "text/csv"),
        ("<html><body>x</body></html>", "application/json"),
        (b"%PDF-1.7 ...", "text/html"),
        (b"\x89PNG\r\n\x1a\n...", "text/html; charset=utf-8"),
        ("地区,值\n北京,1\n", "application/json"),
    ],
)
def test_bytes_of_another_type_than_declared_are_named(body: str | bytes, declared: str) -> None:
    assert code(body, declared) == "wrong_type"


def test_a_web_page_inside_an_xls_is_let_through_and_an_error_page_is_not() -> None:
    assert code(table_page(), "application/vnd.ms-excel") is None
    assert code(BLOCK_PAGE, "application/vnd.ms-excel") == "block_page"


@pytest.mark.parametrize(
    "answer",
    [
        {"code": 500, "msg": "令牌不合法"},
        {"returncode": 501, "returndata": "x"},
        {"success": False},
        {"status": "error"},
        {"status": False, "data": None},
        {"code": "401", "message": "未授权", "data": {"path": "/api"}},
        {"code": 500, "msg": "令牌不合法", "list": [["a"]]},
        {"code": -1, "data": [1]},
        {"code": 0, "msg": "令牌已过期", "data": []},
        {"msg": "请先登录"},
        {"error": "invalid_token", "error_description": "x"},
        {"success": "false", "rows": []},
    ],
)
def test_json_that_refuses_is_named(answer: dict[str, object]) -> None:
    assert code(json.dumps(answer, ensure_ascii=False), "application/json") == "error_answer"


def test_json_with_data_is_let_through() -> None:
    assert code(json.dumps({"success": True, "state": 20000, "data": []}), "application/json") is None
    assert code(json.dumps({"returncode": 200, "returndata": {}}), "application/json") is None


@pytest.mark.parametrize(
    "answer",
    [
        {"code": 200, "msg": "", "list": [], "columnNames": ["地区"], "totalCount": 0},
        {"code": "000000", "message": "查询成功", "data": []},
        {"code": "00", "data": [{"地区": "和平区", "备注": "登录次数"}]},
        {"status": "SUCCESS", "result": []},
        {"state": 20000, "success": True, "data": [{"value": "1"}]},
        {"code": 10000, "msg": "ok", "data": {"list": [{"指标": "错误率", "数值": "1"}]}},
        {"status": "2023年度", "rows": [{"地区": "河东区", "失败": 3}]},
        {"columnNames": ["地区", "失败案件数"], "list": [["和平区", "4"]]},
    ],
)
def test_good_json_is_not_taken_for_a_refusal(answer: dict[str, object]) -> None:
    assert code(json.dumps(answer, ensure_ascii=False), "application/json") is None


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("moved_notice", "本平台已停止服务，请访问新地址 open.example.gov.cn，感谢您的支持。"),
        ("moved_notice", "数据开放平台迁移公告：即日起域名已变更。5秒后跳转"),
        ("login_page", "您尚未登录，下载数据集请先注册。"),
    ],
)
def test_notices_of_portals_are_no_data_sets(expected: str, words: str) -> None:
    assert code(f"<html><head><title>数据开放平台</title></head><body><p>{words}</p></body></html>") == expected


def test_a_web_page_in_place_of_an_archive_is_named() -> None:
    assert code(table_page(), "application/zip") == "wrong_type"


def test_a_page_of_figures_may_speak_of_blocking_and_login() -> None:
    assert code(table_page(extra="<p>海关拦截 暂无数据 请登录 404</p><input type=password>")) is None


def test_a_long_article_may_speak_of_anything() -> None:
    article = "海关在口岸拦截侵权商品，系统错误率下降，您访问的页面以外还有安全验证等说明。" * 20
    assert code(f"<html><head><title>公报</title></head><body><p>{article}</p></body></html>") is None


def test_every_page_of_the_archive_is_taken_for_a_page(archive: Path) -> None:
    refused = {
        file.name: found
        for file in archive.glob("*/*.*")
        if (found := code(file.read_bytes(), content_type_of(file.name)))
    }
    assert refused == {}


@pytest.mark.parametrize(("status", "expected"), [(500, "http_error"), (403, "block_page"), (200, "empty_body")])
def test_an_empty_body_is_told_by_its_status_where_that_says_more(status: int, expected: str) -> None:
    assert code(b"", status=status) == expected
