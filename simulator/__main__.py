"""`python -m simulator`: a world without the web. `serve` gives its API to real clients, `shell` its workstation."""

import argparse
import sys

from simulator import serving, terminal


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A simulated Kubernetes cluster.")
    commands = parser.add_subparsers(dest="command", required=True)
    for module in (serving, terminal):
        module.add_command(commands)
    options = parser.parse_args(arguments)
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
