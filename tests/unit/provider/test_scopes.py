"""A key of another account sees nothing: that is doubt, and no absence, unless the account is known to be right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.limits.advice import Words
from tc_resources.testing.emulator import Behaviour, Emulator, ErrorCode, Fault, Limit, Quota
from tests.unit.provider.host import AnyHost, Run

OTHER = "100000000009"
LONG_AGO = 1_700_000_000
LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
IMAGE = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}
TEXT = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, "api_token": "an-api-token"}
LIMIT_ID, IMAGE_ID, TEXT_ID = "zone-1#www.example.com#Overseas", "1#Image", "1#Text#8dfba01da860"
ALL = pytest.mark.parametrize(
    ("kind", "id_", "inputs"),
    [("limits", LIMIT_ID, LIMIT), ("quotas", IMAGE_ID, IMAGE), ("quotas", TEXT_ID, TEXT)],
    ids=["limit", "quota", "token"],
)
NewRun = Callable[..., Run]
Inputs = dict[str, Any]


def stored(inputs: Inputs) -> Inputs:
    return {**inputs, "written_at": LONG_AGO}


@pytest.fixture
def there(emulator: Emulator) -> Emulator:
    """What the stack manages is in force in its own account."""
    emulator.put_limit(Limit("zone-1", "www.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 5))
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    return emulator


@pytest.fixture
def elsewhere(there: Emulator, config: dict[str, str]) -> dict[str, str]:
    """The config of a stack whose key has been replaced by one of another account, which has something of its own."""
    there.put_key("AKIDOTHER", "another-secret-key", account_id=OTHER)
    other = there.account(OTHER)
    other.put_zone("zone-2")
    other.put_sub_app(2)
    return {**config, "tc-resources:secretId": "AKIDOTHER", "tc-resources:secretKey": "another-secret-key"}


@ALL
def test_a_refresh_with_the_key_of_another_account_drops_nothing_and_says_so(
    new_run: NewRun, elsewhere: dict[str, str], words: Words, kind: str, id_: str, inputs: Inputs
) -> None:
    text = getattr(new_run(elsewhere), kind).failure("read", id_, stored(inputs))
    assert "cannot be told" in text
    assert "is none of the account of this key" in text
    assert "Check whose key is used (it comes from " in text
    assert words.setting("allowedAccountIds") in text
    assert "`pulumi state delete URN`" in text
    assert "an-api-token" not in text


@ALL
def test_a_destroy_with_the_key_of_another_account_forgets_nothing(
    new_run: NewRun, elsewhere: dict[str, str], there: Emulator, kind: str, id_: str, inputs: Inputs
) -> None:
    assert "cannot be told" in getattr(new_run(elsewhere), kind).failure("delete", id_, stored(inputs))
    reset = {"reset_limit": 7} if kind == "quotas" else {}
    assert "cannot be told" in getattr(new_run(elsewhere), kind).failure("delete", id_, {**stored(inputs), **reset})
    assert len(there.limits()) == 1
    assert len(there.quotas()) == 2


def test_a_cap_is_not_changed_with_the_key_of_another_account(
    new_run: NewRun, elsewhere: dict[str, str], there: Emulator
) -> None:
    quotas = new_run(elsewhere).quotas
    assert "cannot be told" in quotas.failure("update", IMAGE_ID, stored(IMAGE), {**IMAGE, "quota_limit": 4})
    assert there.writes == []


@ALL
def test_a_program_that_reads_what_it_does_not_manage_is_told_of_the_doubt(
    new_run: NewRun, elsewhere: dict[str, str], kind: str, id_: str, inputs: Inputs
) -> None:
    text = getattr(new_run(elsewhere), kind).failure("read", id_, {})
    assert "cannot be told" in text
    assert str(inputs.get("api_token")) not in text


@ALL
def test_in_a_zone_or_application_of_the_account_what_is_not_listed_is_gone(
    new_run: NewRun, emulator: Emulator, kind: str, id_: str, inputs: Inputs
) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    assert getattr(new_run(), kind).read(id_, stored(inputs))[0] == ""
    getattr(new_run(), kind).delete(id_, stored(inputs))


@ALL
def test_what_somebody_has_deleted_is_gone_at_the_next_refresh(
    new_run: NewRun, there: Emulator, kind: str, id_: str, inputs: Inputs
) -> None:
    there.drop_limit("zone-1", "www.example.com", "Overseas")
    there.drop_quota(1, "Image")
    there.drop_quota(1, "Text", "an-api-token")
    assert getattr(new_run(), kind).read(id_, stored(inputs))[0] == ""


@ALL
def test_where_the_one_allowed_account_is_the_keys_a_zone_or_application_that_is_gone_takes_what_it_had_with_it(
    new_run: NewRun, emulator: Emulator, config: dict[str, str], kind: str, id_: str, inputs: Inputs
) -> None:
    emulator.put_key("AKIDOTHER", "another-secret-key", account_id=OTHER)
    other = {"tc-resources:secretId": "AKIDOTHER", "tc-resources:secretKey": "another-secret-key"}
    pinned = {**config, **other, "tc-resources:allowedAccountIds": f'["{OTHER}"]'}
    assert getattr(new_run(pinned), kind).read(id_, stored(inputs))[0] == ""
    getattr(new_run(pinned), kind).delete(id_, stored(inputs))
    several = {**config, **other, "tc-resources:allowedAccountIds": f'["{emulator.account_id}", "{OTHER}"]'}
    assert "cannot be told" in getattr(new_run(several), kind).failure("read", id_, stored(inputs))


@ALL
@pytest.mark.parametrize("code", ["UnauthorizedOperation.CamUnauthorized", "InternalError"])
def test_where_the_zones_or_applications_cannot_be_listed_nothing_is_dropped(
    new_run: NewRun, emulator: Emulator, kind: str, id_: str, inputs: Inputs, code: str
) -> None:
    emulator.put_zone("zone-1")
    emulator.put_sub_app(1)
    for action in ("DescribeZones", "DescribeSubAppIds"):
        emulator.script(Fault(ErrorCode(code), action, times=99))
    text = getattr(new_run(), kind).failure("read", id_, stored(inputs))
    action = "teo:DescribeZones" if kind == "limits" else "vod:DescribeSubAppIds"
    assert f"{action} answered {code}" in text
    if code.startswith("Unauthorized"):
        assert f"Add {action} to the CAM policy" in text


def test_what_is_listed_beside_it_shows_whose_the_zone_or_application_is(new_run: NewRun, emulator: Emulator) -> None:
    emulator.put_limit(Limit("zone-1", "other.example.com", "Overseas", 500))
    emulator.put_quota(Quota(1, "Image", 5))
    assert new_run().limits.read(LIMIT_ID, stored(LIMIT))[0] == ""
    assert new_run().quotas.read(IMAGE_ID, stored(IMAGE))[0] == IMAGE_ID
    assert emulator.calls_of("DescribeZones") == emulator.calls_of("DescribeSubAppIds") == []


def test_the_zones_are_listed_once_for_all_that_is_gone(limits: AnyHost, emulator: Emulator) -> None:
    for number in range(9):
        emulator.put_zone(f"zone-{number}")
    for number in range(9):
        inputs = {**LIMIT, "zone_id": f"zone-{number}"}
        assert limits.read(f"zone-{number}#www.example.com#Overseas", stored(inputs))[0] == ""
    assert len(emulator.calls_of("DescribeZones")) == 1


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(unknown_zone="InvalidParameter.ZoneNotFound")}])
def test_a_zone_that_the_service_does_not_find_is_doubt_too(
    new_run: NewRun, elsewhere: dict[str, str], words: Words
) -> None:
    for operation in ("read", "delete"):
        text = new_run(elsewhere).limits.failure(operation, LIMIT_ID, stored(LIMIT))
        assert "InvalidParameter.ZoneNotFound" in text
        assert words.argument("zone_id") in text
        assert "`pulumi state delete URN`" in text


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(unknown_sub_app="refused")}])
def test_an_application_that_the_service_does_not_find_is_doubt_too(
    new_run: NewRun, elsewhere: dict[str, str], words: Words
) -> None:
    for operation in ("read", "delete"):
        text = new_run(elsewhere).quotas.failure(operation, IMAGE_ID, stored(IMAGE))
        assert "ResourceNotFound.UserNotExist" in text
        assert words.argument("sub_app_id") in text
        assert "`pulumi state delete URN`" in text


TOKEN_ID, TOKEN = "1#8dfba01da860", {"sub_app_id": 1, "api_token": "an-api-token"}


@pytest.mark.parametrize("operation", ["read", "delete"])
@pytest.mark.parametrize("known", [TOKEN, {"sub_app_id": 1}], ids=["token", "digest"])
def test_a_token_is_not_gone_since_the_key_of_another_account_does_not_see_it(
    new_run: NewRun, elsewhere: dict[str, str], there: Emulator, operation: str, known: Inputs
) -> None:
    there.put_token(1, "an-api-token")
    text = new_run(elsewhere).tokens.failure(operation, TOKEN_ID, stored(known))
    assert "is none of the account of this key" in text
    assert "an-api-token" not in text
    assert len(there.tokens()) == 1


def test_a_token_is_not_changed_with_the_key_of_another_account(
    new_run: NewRun, elsewhere: dict[str, str], there: Emulator
) -> None:
    there.put_token(1, "an-api-token")
    changed = {"sub_app_id": 1, "ip_allow_list": ["203.0.113.7"]}
    text = new_run(elsewhere).tokens.failure("update", TOKEN_ID, stored(TOKEN), changed)
    assert "is none of the account of this key" in text
    assert [token.ext_info for token in there.tokens()] == ["{}"]


def test_a_token_that_is_not_listed_in_an_application_of_the_account_is_gone(
    new_run: NewRun, emulator: Emulator
) -> None:
    emulator.put_sub_app(1)
    assert new_run().tokens.read(TOKEN_ID, stored(TOKEN))[0] == ""
    new_run().tokens.delete(TOKEN_ID, stored(TOKEN))
