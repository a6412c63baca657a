"""What discover makes of API tokens."""

from __future__ import annotations

import json

import pytest
import yaml

from tc_resources.cloud.identities import digest
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Quota
from tests.unit.cli.conftest import Discover


@pytest.fixture
def tokens(emulator: Emulator) -> Emulator:
    emulator.put_token(4, "an-api-token", '{"ip":{"203.0.113.7":true}}')
    emulator.put_quota(Quota(4, "Text", 7, api_token="an-api-token"))
    emulator.put_quota(Quota(4, "Text", 8, api_token="gone"))
    return emulator


TOKEN_ID, TOKEN_NAME = "4#8dfba01da860", "4-token-8dfba01da860"


def test_a_found_token_is_declared_and_its_quota_takes_it_from_there(tokens: Emulator, discover: Discover) -> None:
    code, out, lines = discover("--sub-app", "4", "--format", "python")
    assert code == 0
    assert f'token_8dfba01da860 = tc_resources.AigcApiToken(\n    "{TOKEN_NAME}",\n    sub_app_id=4,\n' in out
    assert '    ip_allow_list=["203.0.113.7"],\n' in out
    assert "    api_token=token_8dfba01da860.api_token,\n" in out
    compile(out, "program", "exec")
    assert lines[1:] == [f"pulumi config set --secret apiToken-{digest('gone')}"]
    assert "an-api-token" not in out
    assert tokens.writes == []


@pytest.mark.usefixtures("tokens")
def test_a_found_token_is_imported_by_its_digest(discover: Discover) -> None:
    ours = json.loads(discover("--sub-app", "4", "--format", "pulumi-import").out)["resources"]
    assert [(entry["id"], entry["inputs"]["ip_allow_list"]) for entry in ours] == [(TOKEN_ID, ["203.0.113.7"])]
    assert "api_token" not in ours[0]["outputs"]
    native = json.loads(discover("--sub-app", "4", "--format", "pulumi-import", "--face", "native").out)["resources"]
    assert native == [{"type": "tc-resources:index:AigcApiToken", "name": TOKEN_NAME, "id": TOKEN_ID}]


@pytest.mark.usefixtures("tokens")
def test_programs_of_other_languages_declare_found_tokens(discover: Discover) -> None:
    assert "    apiToken: token_8dfba01da860.apiToken,\n" in discover("--sub-app", "4", "--format", "typescript").out
    project = yaml.safe_load(discover("--sub-app", "4", "--format", "yaml").out)["resources"]
    assert project[TOKEN_NAME]["properties"] == {"subAppId": 4, "ipAllowList": ["203.0.113.7"]}
    assert project["4-Text-8dfba01da860"]["properties"]["apiToken"] == f"${{{TOKEN_NAME}.apiToken}}"
    config = discover("--sub-app", "4", "--format", "config")
    assert any("apiToken-8dfba01da860" in line for line in config.lines)


@pytest.mark.usefixtures("tokens")
def test_a_table_and_json_have_a_row_for_each_token(discover: Discover) -> None:
    assert "203.0.113.7" in discover("--sub-app", "4").out
    row = json.loads(discover("--sub-app", "4", "--format", "json").out)[0]
    assert row == {
        "type": "AigcApiToken",
        "name": TOKEN_NAME,
        "id": TOKEN_ID,
        "sub_app_id": 4,
        "ip_allow_list": ["203.0.113.7"],
        "token_digest": "8dfba01da860",
    }


def test_tokens_that_may_not_be_listed_are_a_line_and_the_quotas_are_listed(
    tokens: Emulator, discover: Discover
) -> None:
    tokens.script(Fault(ErrorCode("UnauthorizedOperation"), "DescribeAigcApiTokens"))
    code, out, lines = discover("--sub-app", "4", "--format", "json")
    assert (code, len(json.loads(out))) == (1, 2)
    assert lines[0].startswith("Listing the API tokens of sub-application 4 failed. vod:DescribeAigcApiTokens answered")
