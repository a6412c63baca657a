"""The plugin, for `pulumi package add` of this folder."""

from tc_resources.native.main import main

main()
