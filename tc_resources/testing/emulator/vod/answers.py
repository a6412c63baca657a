"""What VOD shows. The fields are documented."""

from __future__ import annotations

from tc_resources.testing.emulator.vod.models import Quota


def quota(found: Quota) -> dict[str, object]:
    """As the vendor's example shows it: a quota without a token is listed without one."""
    token = {"ApiToken": found.api_token} if found.api_token else {}
    return {"QuotaType": found.quota_type, **token, "QuotaLimit": found.quota_limit, "Usage": found.usage}


def sub_app(sub_app_id: int) -> dict[str, object]:
    """Of a sub-application only the id is emulated."""
    return {"SubAppId": sub_app_id}
