"""What of Pulumi's protocol the native face speaks, as the installed SDK describes it: `make proto` writes it."""

from __future__ import annotations

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from pulumi.runtime.proto import engine_pb2, provider_pb2

from tc_resources.native.protocol import FILE


def described() -> FileDescriptorSet:
    """Both services and all that they need, each file behind those that it needs."""
    files: dict[str, FileDescriptor] = {}

    def add(file: FileDescriptor) -> None:
        for needed in file.dependencies:
            add(needed)
        files.setdefault(file.name, file)

    for module in (provider_pb2, engine_pb2):
        add(module.DESCRIPTOR)
    found = FileDescriptorSet()
    for file in files.values():
        file.CopyToProto(found.file.add())
    return found


if __name__ == "__main__":
    FILE.write_bytes(described().SerializeToString(deterministic=True))
