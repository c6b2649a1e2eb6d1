# SPDX-License-Identifier: MPL-2.0
"""Starts the stack on this machine's loopback.

Usage: deploy/up [--dir D] [--config C] [--clock system|topic] [--no-sim] [--nodes 1|3]
                 [--any-ports]

  --dir D      where everything lies: configuration, data, logs (default ./.parloeb)
  --config C   a YAML file whose keys go over those of the development configuration
  --clock      system (default), or topic: time stands still until `parloeb clock set`
  --no-sim     no simulated booking system; every organisation reads its feed
  --nodes      Kafka nodes (default 1); 3 = replication 3, two in sync
  --any-ports  random free ports from the start, for several stacks on one machine

Afterwards D/env holds addresses, the CLI and a token for each organisation:
    set -a; . D/env; set +a
A second call on a running D says what runs, starts what does not, and ends 0.
"""

import argparse
import sys
from pathlib import Path

from proc import Failed, interruptible
from stack import Stack, build, locked


def say(text):
    print(f"up: {text}", flush=True)


def parse(argv):
    if {"-h", "--help"} & set(argv):
        print(__doc__.strip())
        sys.exit(0)
    parser = argparse.ArgumentParser(prog="deploy/up", add_help=False)
    parser.add_argument("--dir", default=".parloeb")
    parser.add_argument("--config")
    parser.add_argument("--clock", choices=("system", "topic"))
    parser.add_argument("--no-sim", action="store_true")
    parser.add_argument("--nodes", type=int, choices=(1, 3))
    parser.add_argument("--any-ports", action="store_true")
    return parser.parse_args(argv)


def main(argv):
    args = parse(argv)
    interruptible()
    stack = Stack(args.dir)
    stack.dir.mkdir(parents=True, exist_ok=True)
    binaries = build(say)
    with locked(stack.dir / "lock", f"up: waiting for another up or down of {stack.dir}"):
        stack = Stack(args.dir)
        stack.settle(args.clock, args.nodes, not args.no_sim, args.config, args.any_ports)
        stack.up(binaries, say)
    say(f"everything runs; addresses and tokens are in {stack.env_file}")
    say(f"end it with: deploy/down --dir {Path(args.dir)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as e:
        print(f"up: {e}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("up: interrupted; nothing is left running", file=sys.stderr)
        sys.exit(130)
