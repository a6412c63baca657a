"""The provider instances of one operation: a process for each, started when it is first needed."""

from __future__ import annotations

import threading
import uuid

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.package import PackagePlugin
from tc_resources.testing.engine.plugin import Checked, Diff, Launch, Plugin, PluginError, Provider
from tc_resources.testing.engine.resource import Resource, package_of, type_of
from tc_resources.testing.engine.wire import Properties


class Providers:
    """Manages the resources that are providers themselves, and so knows the one that manages any other resource.

    The dynamic-provider host implements neither CheckConfig nor DiffConfig: any inputs do, and changed ones update
    the instance in place. The plugin of a package is asked.
    """

    def __init__(self, launch: Launch, stored: list[Resource]) -> None:
        self._launch = launch
        self._stored = {resource.reference: resource for resource in stored if resource.is_provider}
        self._plugins: dict[str, Plugin] = {}
        self._asked: dict[str, PackagePlugin] = {}  # by URN: those that are not configured yet
        self._lock = threading.Lock()

    def of(self, resource: Resource) -> Provider | None:
        """What manages the resource; None for a component, which nothing does."""
        if resource.is_provider:
            return self
        return self.plugin(resource) if resource.custom else None

    def plugin(self, resource: Resource) -> Plugin:
        """The instance that the resource names, with the inputs of the last up where this one has not set it up."""
        with self._lock:
            if resource.provider not in self._plugins and resource.provider in self._stored:
                self._start(resource.provider, self._stored[resource.provider].inputs)
            if resource.provider not in self._plugins:
                raise PluginError(f"unknown provider '{resource.provider}' for resource '{resource.urn}'")
            return self._plugins[resource.provider]

    def same(self, provider: Resource) -> None:
        """Starts an unchanged provider with the inputs that it has, unless it runs already."""
        with self._lock:
            if provider.reference not in self._plugins:
                self._start(provider.reference, provider.inputs)

    def check(self, resource: Resource, olds: Properties, news: Properties) -> Checked:
        """Accepts any inputs, unless the provider has a say."""
        package = self._launch.packages.get(resource.package)
        if package is None:
            return Checked(news)
        asked = self._asked[resource.urn] = PackagePlugin(self._launch, package)
        return asked.check_config(resource, olds, news)

    def diff(self, old: Resource, news: Properties) -> Diff:
        """Any other inputs are a change, and none takes a replacement, unless the provider has a say."""
        asked = self._asked.get(old.urn)
        return asked.diff_config(old, news) if asked else Diff(changes=not wire.same(old.outputs, news))

    def create(self, new: Resource) -> tuple[str, Properties]:
        """Starts the instance; its id is new, and unknown in a preview."""
        id_ = wire.UNKNOWN if self._launch.dry_run else str(uuid.uuid4())
        with self._lock:
            self._start(f"{new.urn}::{id_}", new.inputs)
        return id_, new.inputs

    def update(self, old: Resource, new: Resource) -> Properties:
        """Starts the instance anew with the new inputs; it keeps its id."""
        with self._lock:
            self._start(f"{new.urn}::{old.id}", new.inputs)
        return new.inputs

    def delete(self, old: Resource) -> None:
        """Nothing to do: its process ends with the operation."""

    def invoke(self, reference: str, function: str, arguments: Properties) -> Properties:
        """What a function of a package answers through this instance. Raises PluginError."""
        with self._lock:
            plugin = self._plugins[reference]
        assert isinstance(plugin, PackagePlugin)  # noqa: S101 - dynamic providers have no functions
        return plugin.invoke(function, arguments)

    def cancel(self) -> None:
        """Asks the plugins of packages to end what waits; the dynamic-provider host knows nothing of that."""
        with self._lock:
            plugins = [plugin for plugin in self._plugins.values() if isinstance(plugin, PackagePlugin)]
        for plugin in plugins:
            plugin.cancel()

    def close(self) -> None:
        """Interrupts all processes, then waits for them."""
        plugins = [*self._plugins.values(), *self._asked.values()]
        for plugin in plugins:
            plugin.interrupt()
        for plugin in plugins:
            plugin.close()

    def _start(self, reference: str, config: Properties) -> None:
        if replaced := self._plugins.pop(reference, None):
            replaced.interrupt()
            replaced.close()
        started = self._plugins[reference] = self._new(reference)
        started.configure(config)

    def _new(self, reference: str) -> Plugin:
        urn = reference.rpartition("::")[0]
        package = self._launch.packages.get(package_of(type_of(urn)))
        if package is None:
            return Plugin(self._launch)
        return self._asked.pop(urn, None) or PackagePlugin(self._launch, package)
