"""What the vendor's two API documents list."""

from __future__ import annotations

DOCUMENTED = {
    "FailedOperation",
    "FailedOperation.CreatePrefetchOriginLimitFailed",
    "FailedOperation.DBError",
    "FailedOperation.PrefetchOriginLimitCountExceeded",
    "FailedOperation.PrefetchOriginLimitNotFound",
    "InternalError.BackendError",
    "InternalError.DomainConfig",
    "InvalidParameter",
    "InvalidParameter.DomainAreaNotSupportPrefetchOriginLimitArea",
    "InvalidParameter.DomainNotFound",
    "InvalidParameter.PrefetchOriginLimitAreaInvalid",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall",
    "InvalidParameter.PrefetchOriginLimitEnabledInvalid",
    "InvalidParameter.ZoneAreaNotSupportPrefetchOriginLimitArea",
    "InvalidParameterValue",
    "OperationDenied.NotInPrefetchOriginLimitWhiteList",
    "ResourceInUse.PrefetchOriginLimitAlreadyExists",
    "ResourceNotFound.UserNotExist",
    "UnauthorizedOperation.CamUnauthorized",
    "UnauthorizedOperation.NoPermission",
    "UnauthorizedOperation.Unknown",
}
"""The error tables of the ModifyAigcQuota and ModifyPrefetchOriginLimit documents."""
