"""The ids of resources: one thing has one id, and an id that none can have is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tc_resources.cloud.identities import AREAS, InvalidIdError, LimitIdentity, QuotaAddress, QuotaIdentity, digest
from tc_resources.cloud.parser import domain

BUECHER = LimitIdentity("zone-3abcj8tqd", "xn--bcher-kva.example.com", "Overseas")
SPELLINGS = [
    "xn--bcher-kva.example.com",
    "bücher.example.com",
    "BÜCHER.Example.COM",
    "bu\u0308cher.example.com",
    "XN--BCHER-KVA.EXAMPLE.COM",
    "bücher.example.com.",
    "xn--bcher-kva.example.com.",
    "bücher。example。com",
    "\uff42ücher.example.com",
]
"""One domain name: with A-labels and U-labels, in upper case, decomposed, with a trailing dot, and in full width."""
BROKEN = ["", ".", "a..b", ".a", "a..", "a b", "a\tb", "bü cher", "a!b", "https://a.b", "ü" * 64, "a" * 64, "a." * 130]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_domain_has_one_identity_however_it_is_spelt(spelling: str) -> None:
    assert domain(spelling) == "xn--bcher-kva.example.com"
    assert LimitIdentity.parse(f"zone-3abcj8tqd#{spelling}#Overseas") == BUECHER


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("WWW.Example.com.", "www.example.com"),
        ("*.example.com", "*.example.com"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("腾讯云.中国", "xn--9kq745jwng.xn--fiqs8s"),
        ("faß.example.com", "xn--fa-hia.example.com"),
    ],
)
def test_the_identity_has_the_name_as_dns_has_it(spelling: str, name: str) -> None:
    identity = LimitIdentity.parse(f"zone-1#{spelling}#MainlandChina")
    assert identity == LimitIdentity("zone-1", name, "MainlandChina")
    assert identity.id == f"zone-1#{name}#MainlandChina"
    assert LimitIdentity.parse(identity.id) == identity


@pytest.mark.parametrize("name", BROKEN)
def test_a_name_that_dns_cannot_have_is_in_no_id(name: str) -> None:
    with pytest.raises(InvalidIdError) as raised:
        LimitIdentity.parse(f"zone-1#{name}#Overseas")
    assert str(raised.value) == (
        f'"zone-1#{name}#Overseas" is not an id of this kind of resource; it has the form '
        "zone_id#domain_name#area, as in zone-3abcj8tqd#www.example.com#Overseas."
    )


@pytest.mark.parametrize(
    "resource_id",
    ["", "zone-1", "zone-1#a.b", "zone-1#a.b#Mars", "zone-1#a.b#Overseas#", "#a.b#Overseas", "zone 1#a.b#Overseas"],
)
def test_an_id_of_another_form_is_no_limits(resource_id: str) -> None:
    with pytest.raises(InvalidIdError, match="has the form zone_id#domain_name#area"):
        LimitIdentity.parse(resource_id)


NAMES = st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=9), min_size=2)


@given(NAMES, st.sampled_from(AREAS))
def test_any_name_is_refused_or_has_an_id_that_parses_to_itself(labels: list[str], area: str) -> None:
    try:
        identity = LimitIdentity.parse(f"zone-1#{'.'.join(labels)}#{area}")
    except InvalidIdError:
        return
    assert identity.id.isascii()
    assert identity.domain_name == identity.domain_name.lower()
    assert LimitIdentity.parse(identity.id) == identity
    assert LimitIdentity.parse(f"zone-1#{identity.domain_name.upper()}.#{area}") == identity


@pytest.mark.parametrize(
    "identity",
    [
        QuotaIdentity(200000004, "Image"),
        QuotaIdentity(200000004, "Video"),
        QuotaIdentity(200000004, "Text"),
        QuotaIdentity(200000004, "Text", "1a7674eb4ee7"),
    ],
)
def test_the_id_of_a_quota_parses_to_what_it_is_of(identity: QuotaIdentity) -> None:
    assert QuotaIdentity.parse(identity.id) == identity


def test_a_quota_of_a_token_is_known_by_the_tokens_digest() -> None:
    address = QuotaAddress(200000004, "Text", "an-api-token")
    assert address.identity.id == f"200000004#Text#{digest('an-api-token')}"
    assert QuotaIdentity.parse(address.identity.id) == address.identity


@pytest.mark.parametrize(
    "resource_id",
    [
        "",
        "1",
        "0#Image",
        "01#Image",
        "-1#Image",
        "x#Image",
        "1#Audio",
        "1#Image#1a7674eb4ee7",
        "1#Text#a-token",
        "1#Text#",
    ],
)
def test_an_id_of_another_form_is_no_quotas_and_shows_no_token(resource_id: str) -> None:
    with pytest.raises(InvalidIdError, match="has the form sub_app_id#quota_type") as raised:
        QuotaIdentity.parse(resource_id)
    assert "a-token" not in str(raised.value)
