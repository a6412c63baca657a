"""Where the services listen: a site of Tencent Cloud, or one endpoint in every service's place."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

SITES = {"intl": "https://{service}.intl.tencentcloudapi.com", "cn": "https://{service}.tencentcloudapi.com"}
METADATA = "http://metadata.tencentyun.com"


@dataclass(frozen=True)
class Endpoint:
    """`target` is the name of a site, or the URL of a host that takes every service's place."""

    target: str

    def url(self, service: str) -> str:
        """Where `service` ("teo", "vod", "sts") listens, or this machine's "metadata"."""
        if service == "metadata" and self.target in SITES:
            return METADATA
        return SITES.get(self.target, self.target).format(service=service)

    @property
    def is_plain_loopback(self) -> bool:
        """Whether it is this machine, without TLS: an emulator."""
        target = urlsplit(self.target)
        return target.scheme == "http" and is_loopback(target.hostname or "")


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by itself: localhost, ::1 or one of 127.0.0.0/8."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
