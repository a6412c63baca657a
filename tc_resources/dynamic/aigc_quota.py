"""AigcQuota, as a program in Python declares it."""

from __future__ import annotations

from typing import Literal

import pulumi

from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits.aigc_quota import AigcQuotaArgs

QuotaType = Literal["Image", "Video", "Text"]


class AigcQuota(LimitResource, module="tc_resources", name="AigcQuota"):
    """A cap on what an application may generate with AI; once its usage reaches the cap, generation stops.

    Usage accumulates from the cap's creation on and is known late, since the work is asynchronous: it can exceed the
    cap somewhat. Deleting the resource resets the cap to `reset_limit`, else to the value that `adopt` has replaced,
    else deletes it, and its usage with it: generation is not limited any more. A change of sub-application, type or
    token replaces the quota.
    """

    kind = "aigc_quota"
    inputs = AigcQuotaArgs

    sub_app_id: pulumi.Output[int]
    quota_type: pulumi.Output[str]
    quota_limit: pulumi.Output[int | None]
    api_token: pulumi.Output[str | None]
    adopt: pulumi.Output[bool | None]
    reset_limit: pulumi.Output[int | None]
    allow_below_usage: pulumi.Output[bool | None]
    period: pulumi.Output[str | None]
    baseline_limit: pulumi.Output[int | None]
    """The other value that `adopt` has replaced, None where there was none."""
    written_at: pulumi.Output[int | None]
    """When this resource last wrote the cap, in unix seconds, None where it has only been read."""

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        sub_app_id: pulumi.Input[int],
        quota_type: pulumi.Input[QuotaType],
        quota_limit: pulumi.Input[int],
        api_token: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[bool] = False,
        reset_limit: pulumi.Input[int] | None = None,
        allow_below_usage: pulumi.Input[bool] = False,
        period: pulumi.Input[str] | None = None,
    ) -> None:
        """Declare the quota of one type in one sub-application.

        sub_app_id: the VOD application, such as 200000004.
        quota_type: "Image", "Video" or "Text".
        quota_limit: images, seconds of video or tokens of text, by the type; 0 stops generation, at most 2^53-1.
        api_token: for Text, the token whose share is capped; a secret in state whether it comes as one or not.
        adopt: overwrite a quota that is there with another value when this resource is created.
        reset_limit: what deleting this resource sets the cap to, instead of deleting it; a change of it calls nothing.
        allow_below_usage: accept a cap below what is used already, which stops generation at once.
        period: any text, such as "2026-11"; when it changes, the usage starts again from 0. For that the cap is deleted
            and created: for some seconds there is none.
        """
        props = {
            "sub_app_id": sub_app_id,
            "quota_type": quota_type,
            "quota_limit": quota_limit,
            "api_token": api_token,
            "adopt": adopt,
            "reset_limit": reset_limit,
            "allow_below_usage": allow_below_usage,
            "period": period,
        }
        super().__init__(name, props, opts)
