from __future__ import annotations

import re

import pytest

from tc_resources.testing.emulator import Emulator, ErrorCode, Fault
from tests.pulumi.pulumi_cli import Stack, limit, without_traceback_of_ours
from tests.unit.provider.host import TELLS_TRACEBACKS

THEIRS = """
import time
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Theirs(ResourceProvider):
    def create(self, props):
        time.sleep(props["after"])
        return self.made(props)

    def made(self, props):
        raise LookupError("theirs has failed")

class Their(Resource, module="theirs", name="Their"):
    def __init__(self, name):
        super().__init__(Theirs(), name, {"after": 1})

Their("theirs")
"""


@pytest.mark.skipif(not TELLS_TRACEBACKS, reason="this Pulumi tells no traceback of anybody's")
def test_another_authors_provider_in_the_process_keeps_its_error_and_traceback_after_ours_has_failed(
    stack: Stack, emulator: Emulator
) -> None:
    emulator.script(Fault(ErrorCode("OperationDenied.NotInPrefetchOriginLimitWhiteList"), "ModifyPrefetchOriginLimit"))
    stack.declare(limit("ours"), THEIRS)
    output = stack.fail("up", "--continue-on-error")
    assert "put on its allow list" in output
    assert "LookupError: theirs has failed" in output
    assert re.search(r"Traceback.*in create.*in made.*LookupError", output, re.DOTALL)
    assert without_traceback_of_ours(output)
