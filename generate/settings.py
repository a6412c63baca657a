"""What each setting means, and what stands in its place where it is not set: for the schema and for the documents."""

from __future__ import annotations

SETTINGS: dict[str, tuple[str, str]] = {
    "secretId": ("id of a key; set it with `--secret`, the CLI takes no other", "none"),
    "secretKey": ("the key; set it with `--secret`", "none"),
    "securityToken": ("for a temporary key; set it with `--secret`", "none"),
    "profile": (
        "a profile of `tccli configure`, which may name a role too, or else of the SDK's `~/.tencentcloud/credentials`",
        "`default`, if it is there",
    ),
    "sharedCredentialsDir": ("where `tccli` keeps its profiles", "`~/.tccli`"),
    "assumeRoleArn": ("a role to take, `qcs::cam::uin/100000000001:roleName/deploy`", "none"),
    "assumeRoleSessionName": ("what the audit log calls the session", "`tc-resources`"),
    "assumeRoleSessionDuration": ("seconds that a key of the role lasts, 1 to 43200", "`7200`"),
    "assumeRoleExternalId": ("what the role asks those for who take it; with `--secret` it stays one", "none"),
    "assumeRoleWebIdentityTokenFile": (
        "the file with CI's token, by itself or as JSON with `web_identity_token`",
        "none",
    ),
    "assumeRoleProviderId": ("the identity provider that issued that token", "`OIDC`"),
    "camRoleName": ("the role of the machine that Pulumi runs on", "none"),
    "allowedAccountIds": ("a list of accounts (the variable with commas); in any other nothing is called", "any"),
    "forbiddenAccountIds": ("a list of accounts in which nothing is called", "none"),
    "site": ("`intl` (`*.intl.tencentcloudapi.com`) or `cn` (`*.tencentcloudapi.com`)", "`intl`"),
    "endpoint": ("one URL in place of all services', STS and the machine's metadata too, whatever the site", "none"),
    "allowPlainHttp": ("let that URL be `http://` to another machine than this one", "`false`"),
    "caBundle": ("a PEM file of the authorities to trust instead of the usual ones", "none"),
    "timeout": ("seconds that one operation may take with its retries, 1 to 3600", "`90`"),
}
"""The text of each, and its default, "none" where there is none."""
