"""A Pulumi project on disk: Pulumi.yaml and the stack's own configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pulumi.automation import ConfigValue

from tc_resources.testing.engine.errors import UnsupportedError


@dataclass(frozen=True)
class Project:
    """What Pulumi.yaml says; `schema` is its `config`: the values that the project declares, with their defaults."""

    name: str
    root: Path
    program: Path  # the directory or file that `main` names
    config_dir: Path
    schema: Mapping[str, Any]

    @property
    def directory(self) -> Path:
        """Where the program and its provider processes run."""
        return self.program if self.program.is_dir() else self.program.parent

    def config(self, stack: str, overrides: Mapping[str, ConfigValue]) -> dict[str, ConfigValue]:
        """The stack's configuration: Pulumi.<stack>.yaml, then `overrides`, then the project's defaults.

        Raises UnsupportedError for a value that the file keeps encrypted and for an environment of Pulumi ESC that it
        opens, ValueError for a value that the project requires.
        """
        stored = {self.key(name): value for name, value in self._read_stack(stack).items()}
        config = {key: _value(key, value) for key, value in stored.items() if key not in overrides} | dict(overrides)
        for name, declared in self.schema.items():
            key, entry = self.key(name), declared if isinstance(declared, dict) else {"default": declared}
            default = entry.get("default", entry.get("value"))
            if key not in config and default is None:
                raise ValueError(f"Stack '{stack}' is missing configuration value '{name}'")
            config.setdefault(key, _value(key, default))
        return config

    def key(self, name: str) -> str:
        """The full name of a configuration value: one without a namespace is the project's own."""
        return name if ":" in name else f"{self.name}:{name}"

    def _read_stack(self, stack: str) -> dict[str, Any]:
        file = self.config_dir / f"Pulumi.{stack}.yaml"
        settings = _read(file) if file.exists() else {}
        if settings.get("environment"):
            raise UnsupportedError(f"ESC environments ({file.name})")
        return settings.get("config") or {}


@dataclass(frozen=True)
class Target:
    """What an operation works on: one stack of a project, its settled configuration, and the environment."""

    project: Project
    stack: str
    config: Mapping[str, ConfigValue]
    environment: Mapping[str, str]
    plugins: Mapping[str, str]
    """The module that serves each package of resources, by the package's name."""


def load(work_dir: Path) -> Project:
    """The project whose Pulumi.yaml is in `work_dir`."""
    settings = _read(work_dir / "Pulumi.yaml")
    runtime = settings.get("runtime")
    runtime = runtime.get("name") if isinstance(runtime, dict) else runtime
    if runtime != "python":
        raise UnsupportedError(f"runtimes other than Python ({runtime!r})")
    return Project(
        name=settings["name"],
        root=work_dir,
        program=(work_dir / settings.get("main", ".")).resolve(),
        config_dir=work_dir / settings.get("stackConfigDir", "."),
        schema=settings.get("config") or {},
    )


def _read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text()) or {}


def _value(key: str, value: Any) -> ConfigValue:
    if isinstance(value, dict) and "secure" in value:
        raise UnsupportedError(f"encrypted configuration ({key}: give it by set_config instead)")
    if isinstance(value, str):
        return ConfigValue(value)
    return ConfigValue(json.dumps(value, separators=(",", ":")))
