"""The schema of the native face, of what the other face and the core say of each property: `make schema` writes it."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from importlib.metadata import metadata
from typing import Any

from generate.examples import example, function_example
from generate.functions import FUNCTIONS, Function
from generate.settings import SETTINGS as TEXTS
from tc_resources import AigcApiToken, AigcQuota, PrefetchOriginLimit
from tc_resources.cloud.config import SECRETS, SETTINGS, config_key
from tc_resources.cloud.identities import AIGC_TYPES, AREAS, QUOTA_TYPES
from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits.aigc_api_token import AigcApiTokenState
from tc_resources.limits.aigc_quota import AigcQuotaState
from tc_resources.limits.fields import Field, described
from tc_resources.limits.names import camel_case
from tc_resources.limits.period import FORMATS
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitState
from tc_resources.native.schema import FILE
from tc_resources.native.tokens import PACKAGE

PROJECT = metadata("tc-resources")
STATES: dict[type[LimitResource], type] = {
    AigcApiToken: AigcApiTokenState,
    AigcQuota: AigcQuotaState,
    PrefetchOriginLimit: PrefetchOriginLimitState,
}
ENUMS = {
    "quota_type": ("QuotaType", QUOTA_TYPES),
    "area": ("Area", AREAS),
    "aigc_type": ("AigcType", AIGC_TYPES),
    "kind": ("PeriodKind", (*FORMATS,)),
}
SETTING_TYPES: dict[str, dict[str, Any]] = {
    "allowedAccountIds": {"type": "array", "items": {"type": "string"}},
    "forbiddenAccountIds": {"type": "array", "items": {"type": "string"}},
    "allowPlainHttp": {"type": "boolean"},
    "assumeRoleSessionDuration": {"type": "integer"},
    "timeout": {"type": "number"},
}
"""The settings that are no text."""
ADDRESS = "203.0.113.7"
MOST = 2**31 - 1
"""The largest number that the schema calls an integer."""
NAMES = sorted({name for state in STATES.values() for name in described(state) if "_" in name})
LANGUAGES: dict[str, dict[str, Any]] = {
    "csharp": {"respectSchemaVersion": True},
    "go": {"importBasePath": "example.com/tc-resources/sdk/go/tcresources", "respectSchemaVersion": True},
    "java": {},
    "nodejs": {"packageName": PACKAGE, "respectSchemaVersion": True},
    "python": {"respectSchemaVersion": True, "pyproject": {"enabled": True}},
}


def schema() -> dict[str, Any]:
    """The whole of it."""
    return {
        "name": PACKAGE,
        "displayName": "Tencent Cloud limits",
        "version": PROJECT["Version"],
        "description": PROJECT["Summary"],
        "keywords": [*PROJECT["Keywords"].split(","), "category/cloud", "kind/native"],
        "license": PROJECT["License-Expression"],
        "meta": {"moduleFormat": "(.*)"},
        "config": {"variables": _sealed(_settings())},
        "types": {_token(name): _enum(values) for name, values in ENUMS.values()},
        "provider": {"description": _text(_provider_text()), "inputProperties": _settings()},
        "resources": {_token(kind.__name__): _resource(kind) for kind in STATES},
        "functions": {token: _function(token, function) for token, function in FUNCTIONS.items()},
        "language": LANGUAGES,
    }


def _token(name: str) -> str:
    return f"{PACKAGE}:index:{name}"


def _enum(values: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": [{"name": value, "value": value} for value in values]}


def _resource(kind: type[LimitResource]) -> dict[str, Any]:
    inputs, state = described(kind.inputs), described(STATES[kind])
    texts = texts_of(kind)
    given = {name: _input(name, field, texts[name]) for name, field in inputs.items()}
    stored = {name: _output(field, texts[name]) for name, field in state.items()}
    return {
        "description": _text(inspect.getdoc(kind) or "") + example(kind.__name__),
        "inputProperties": _camel(given),
        "requiredInputs": [camel_case(name) for name, field in inputs.items() if field.required],
        "properties": _camel(stored),
        "required": [camel_case(name) for name, field in state.items() if field.required or field.kept],
        "aliases": [{"type": f"pulumi-python:dynamic/tc_resources:{kind.__name__}"}],
    }


def _input(name: str, field: Field, text: str) -> dict[str, Any]:
    """Without the mark of a secret, where the code made for Node.js would leave out an empty text; Check seals it."""
    found = _row(field, text)
    if name in ENUMS:
        reference = f"#/types/{_token(ENUMS[name][0])}"
        found["oneOf"] = [{"type": "string"}, {"type": "string", "$ref": reference}]
        found.pop("type")
    if field.default is not None:
        found["default"] = field.default
    if field.on_change == "replaces":
        found |= {"replaceOnChanges": True, "willReplaceOnChanges": True}
    return found


def _output(field: Field, text: str) -> dict[str, Any]:
    return {**_row(field, text), **({"secret": True} if field.secret else {})}


def _row(field: Field, text: str) -> dict[str, Any]:
    return {**_type(field), "description": _text(text)}


def _type(field: Field) -> dict[str, Any]:
    if _takes(field, [ADDRESS]):
        return {"type": "array", "items": {"type": "string"}}
    if _takes(field, True):
        return {"type": "boolean"}
    numbers = [number for number in (0, 1, 500, MOST + 1) if _takes(field, number)]
    if not numbers:
        return {"type": "string"}
    return {"type": "number" if MOST + 1 in numbers else "integer"}


def _takes(field: Field, value: object) -> bool:
    try:
        return bool(field.parse(value) == value)
    except ValueError:
        return False


def texts_of(kind: type[LimitResource]) -> dict[str, str]:
    """What the docstrings of a resource say of each argument and output."""
    return {**_arguments(kind.__init__), **_attributes(kind)}


def _arguments(function: Any) -> dict[str, str]:
    """What a docstring says of each argument, `name: text`, whose further lines are indented."""
    lines = (inspect.getdoc(function) or "").replace("\n    ", " ").splitlines()
    found = (re.fullmatch(r"(\w+(?:, \w+)*): (.+)", line) for line in lines)
    return {name: line[2] for line in found if line for name in line[1].split(", ")}


def _attributes(kind: type) -> dict[str, str]:
    """What stands below each attribute of a class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - what else is the source of a class
    found = {}
    for attribute, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(attribute, ast.AnnAssign) and isinstance(below, ast.Expr):
            found[ast.unparse(attribute.target)] = str(ast.literal_eval(below.value))
    return found


def _settings() -> dict[str, Any]:
    """Each setting, with what the documents say of it."""
    return {name: {**SETTING_TYPES.get(name, {"type": "string"}), "description": _setting(name)} for name in SETTINGS}


def _sealed(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: {**row, "secret": True} if name in SECRETS else row for name, row in settings.items()}


def _setting(name: str) -> str:
    text, default = TEXTS[name]
    return text if default == "none" else f"{text}; default: {default}"


def _provider_text() -> str:
    return (
        "An account of Tencent Cloud. What an instance does not say comes from the stack's config, "
        f"`{config_key('')}`, and what that does not say from the environment. With a profile or a key of its own, an "
        "instance takes no key and no role from the stack or the environment."
    )


def _function(token: str, function: Function) -> dict[str, Any]:
    fields, texts = described(function.inputs), {**_of_resources(), **function.texts}
    given = {name: _input(name, fields[name], texts[name]) for name in function.arguments}
    for row in given.values():
        for word in ("replaceOnChanges", "willReplaceOnChanges"):
            row.pop(word, None)
    required = [camel_case(name) for name in function.arguments if fields[name].required]
    outputs = {"properties": function.outputs, **({"required": [*function.outputs]} if function.always else {})}
    return {
        "description": function.text + function_example(token.rpartition(":")[2], function.example),
        "inputs": {"properties": _camel(given), "required": required},
        "outputs": outputs,
    }


def _of_resources() -> dict[str, str]:
    """What the resources say of their arguments."""
    return {name: text for kind in STATES for name, text in _arguments(kind.__init__).items()}


def _camel(properties: dict[str, Any]) -> dict[str, Any]:
    return {camel_case(name): row for name, row in properties.items()}


def _text(text: str) -> str:
    """A docstring for all languages: without its line breaks, and with the names that most of them have."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.replace("None", "nothing").split("\n\n")]
    return re.sub(rf"\b({'|'.join(NAMES)})\b", lambda found: camel_case(found[0]), "\n\n".join(paragraphs))


def written() -> str:
    """As the file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
