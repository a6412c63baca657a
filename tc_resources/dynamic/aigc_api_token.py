"""AigcApiToken, as a program in Python declares it."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits.aigc_api_token import AigcApiTokenArgs


class AigcApiToken(LimitResource, module="tc_resources", name="AigcApiToken"):
    """A token by which programs generate text in an application; with `AigcQuota(api_token=token.api_token)` a capped
    one.

    Creating it makes a new token each time. Deleting it refuses whoever uses it from then on, and deletes its quota
    too. A change of the sub-application, or from one `rotation` to another, replaces it: the new token is created, what
    depends on it follows, and the old one is deleted at the end of the run. Neither is known to the service for half a
    minute, so a delete right after the create takes as long.
    """

    kind = "aigc_api_token"
    inputs = AigcApiTokenArgs
    secret_outputs = ("api_token",)
    alone = False

    sub_app_id: pulumi.Output[int]
    ip_allow_list: pulumi.Output[Sequence[str] | None]
    rotation: pulumi.Output[str | None]
    api_token: pulumi.Output[str]
    """The token, a secret."""
    written_at: pulumi.Output[int | None]
    """When this resource last wrote the token, in unix seconds, None where it has only been read."""

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        sub_app_id: pulumi.Input[int],
        ip_allow_list: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        rotation: pulumi.Input[str] | None = None,
    ) -> None:
        """Declare a token of a sub-application.

        sub_app_id: the VOD application, such as 200000004.
        ip_allow_list: the IP addresses that may use the token, such as "203.0.113.7"; without it, any may. An
            output of it must not turn out to be empty.
        rotation: any text, such as "2026"; when it changes, the token is replaced by a new one. The first one that a
            token gets replaces nothing.
        """
        props = {"sub_app_id": sub_app_id, "ip_allow_list": ip_allow_list, "rotation": rotation}
        super().__init__(name, props, opts)
