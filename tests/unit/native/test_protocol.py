"""The protocol as this package describes it is the SDK's, and needs no SDK."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import provider_pb2

from generate.protocol import described
from tc_resources.native.protocol import FILE, message

OURS = FileDescriptorSet.FromString(FILE.read_bytes())


def fields(files: FileDescriptorSet) -> dict[str, tuple[int, int, str]]:
    """The number and the type of each field of each message, by its full name."""

    def of(prefix: str, message: DescriptorProto) -> Iterator[tuple[str, tuple[int, int, str]]]:
        for field in message.field:
            yield f"{prefix}.{message.name}.{field.name}", (field.number, field.type, field.type_name)
        for nested in message.nested_type:
            yield from of(f"{prefix}.{message.name}", nested)

    return dict(found for file in files.file for message in file.message_type for found in of(file.package, message))


def methods(file: FileDescriptorProto) -> dict[str, tuple[str, str]]:
    return {method.name: (method.input_type, method.output_type) for one in file.service for method in one.method}


def test_it_is_what_the_installed_sdk_says_as_far_as_both_know() -> None:
    """An older SDK knows less, and a newer one more, which `make proto` adds; numbers and types stay."""
    ours, theirs = fields(OURS), fields(described())
    both = ours.keys() & theirs.keys()
    assert len(both) > 100
    assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}
    for our, their in zip(OURS.file, described().file, strict=True):
        both_have = methods(our).keys() & methods(their).keys()
        assert {name: methods(our)[name] for name in both_have} == {name: methods(their)[name] for name in both_have}


def test_a_message_crosses_to_the_sdk_in_one_process_with_it() -> None:
    request = message("CheckRequest")(urn="any")
    request.news.update({"a": [1, {"b": None}]})
    theirs = provider_pb2.CheckRequest.FromString(request.SerializeToString())
    assert theirs.urn == "any"
    assert MessageToDict(theirs.news) == {"a": [1.0, {"b": None}]}
    assert theirs.SerializeToString(deterministic=True) == request.SerializeToString(deterministic=True)


def test_it_needs_no_sdk() -> None:
    program = (
        "import sys; sys.modules['pulumi'] = None; from tc_resources.native.protocol import message; "
        "print(message('CheckRequest')(urn='any').urn)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - written above
    assert done.stdout == "any\n"


def test_no_class_is_ever_collected_not_even_that_of_a_part() -> None:
    """One that is collected while a thread asks for it anew takes the plugin down, and what it was at."""
    checked = message("CheckRequest")()
    checked.news["a"] = 1
    classes = [weakref.ref(type(checked.news)), weakref.ref(type(checked.news.fields["a"]))]
    del checked
    gc.collect()
    assert [made() for made in classes] == [message("google.protobuf.Struct"), message("google.protobuf.Value")]
