"""How the service may spell domains: which of them it takes for one, and how it shows them."""

from __future__ import annotations

from tc_resources.behaviour.behaviour import Behaviour


class Domains:
    """The spelling of one behaviour."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._case = behaviour.domain_case
        self._form = behaviour.domain_form
        self._dot = behaviour.domain_dot

    def compared(self, name: str) -> str:
        """The same text for all names that are one domain to the service."""
        name = name if self._form == "as_sent" else punycode(name)
        name = name if self._dot == "as_sent" else name.rstrip(".")
        return name if self._case == "as_sent" else name.lower()

    def shown(self, name: str) -> str:
        """A name as the listing writes it that was sent as `name`."""
        match self._dot:
            case "with":
                name = f"{name.rstrip('.')}."
            case "without":
                name = name.rstrip(".")
        match self._form:
            case "punycode":
                name = punycode(name)
            case "unicode":
                name = unicode(name)
        match self._case:
            case "lower":
                name = name.lower()
            case "upper":
                name = name.upper()
        return name


def punycode(name: str) -> str:
    """Its A-labels, or itself where it has none."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def unicode(name: str) -> str:
    """Its U-labels, or itself where it has none."""
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        return name
