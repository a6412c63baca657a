"""What STS shows, and a machine's metadata too. The fields are documented."""

from __future__ import annotations

from datetime import datetime, timezone

from tc_resources.testing.emulator.credentials import Identity, TemporaryCredentials


def identity(caller: Identity) -> dict[str, object]:
    """The answer to GetCallerIdentity."""
    return {
        "Arn": caller.arn,
        "AccountId": caller.account_id,
        "UserId": caller.user_id,
        "PrincipalId": caller.principal_id,
        "Type": caller.type,
    }


def credentials(issued: TemporaryCredentials) -> dict[str, object]:
    """Id, key and token; when they end is in `expiry`."""
    return {"TmpSecretId": issued.secret_id, "TmpSecretKey": issued.secret_key, "Token": issued.token}


def expiry(issued: TemporaryCredentials) -> dict[str, object]:
    """Unix seconds, and ISO 8601 in UTC."""
    expiration = datetime.fromtimestamp(issued.expires_at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"ExpiredTime": issued.expires_at, "Expiration": expiration}
