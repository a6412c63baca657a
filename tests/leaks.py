"""Looking for secrets in what a run leaves behind, in whatever form they were written there."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus


def forms(secret: str) -> dict[str, bytes]:
    """A secret as it may stand in a file, by the name of the form."""
    plain = secret.encode()
    texts = {
        "JSON": json.dumps(secret)[1:-1],
        "JSON in UTF-8": json.dumps(secret, ensure_ascii=False)[1:-1],
        "JSON in JSON": json.dumps(json.dumps(secret)[1:-1])[1:-1],
        "URL": quote(secret, safe=""),
        "URL path": quote(secret),
        "form": quote_plus(secret),
        "HTML": html.escape(secret),
        "Python": repr(secret)[1:-1],
    }
    encoded = {f"base64 at {offset}": _inside_base64(plain, offset) for offset in range(3)}
    urlsafe = {f"URL-safe {name}": form.translate(bytes.maketrans(b"+/", b"-_")) for name, form in encoded.items()}
    written = {name: text.encode() for name, text in texts.items()}
    return {"plain": plain, "hexadecimal": plain.hex().encode(), **written, **encoded, **urlsafe}


def _inside_base64(plain: bytes, offset: int) -> bytes:
    """What of a secret stays the same in base64, whatever follows it, where so many bytes (modulo 3) come before."""
    whole = base64.b64encode(bytes(offset) + plain)
    start = -(-offset * 8 // 6)
    end = (offset + len(plain)) * 8 // 6
    return whole[start:end]


def leaks(secrets: Iterable[str], left: Mapping[str, str | bytes]) -> list[str]:
    """Where in what is left behind a secret stands, and in which form."""
    texts = {place: text.encode() if isinstance(text, str) else text for place, text in left.items()}
    return [
        f"{secret} as {form} in {place}"
        for secret in secrets
        for form, written in forms(secret).items()
        for place, text in texts.items()
        if written in text
    ]


def files(*folders: Path) -> dict[str, bytes]:
    """All files below some folders, by their path, which is searched too."""
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path): str(path).encode() + b"\n" + path.read_bytes() for path in paths}
