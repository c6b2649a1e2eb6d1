# SPDX-License-Identifier: MPL-2.0
"""Stops the stack of a folder: services in reverse order, Kafka last. Data stays.

Usage: deploy/down [--dir D]     (default ./.parloeb)
"""

import argparse
import sys

from proc import Failed
from stack import Stack, locked


def say(text):
    print(f"down: {text}", flush=True)


def main(argv):
    if {"-h", "--help"} & set(argv):
        print(__doc__.strip())
        return 0
    parser = argparse.ArgumentParser(prog="deploy/down", add_help=False)
    parser.add_argument("--dir", default=".parloeb")
    args = parser.parse_args(argv)
    stack = Stack(args.dir)
    if not stack.dir.is_dir():
        say(f"there is no stack in {stack.dir}")
        return 0
    with locked(stack.dir / "lock", f"down: waiting for another up or down of {stack.dir}"):
        if not stack.down(say):
            say(f"nothing runs in {stack.dir}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as e:
        print(f"down: {e}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
