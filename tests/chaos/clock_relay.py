# SPDX-License-Identifier: MPL-2.0
"""The clock command of a simulator in a world where everything gets killed.

Usage: clock_relay.py STEPS HOST:PORT COMMAND…

Reads times, hands each to COMMAND (`parloeb clock set -`) and repeats its `ok TIME`. When the
command ends before it has answered, such as for want of Kafka (HOST:PORT), another one gets the
same time. The number of steps done stands in the file STEPS.
"""

import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy/lib"))
from proc import port_open, wait_until  # noqa: E402

STEP_S = 300


class Relay:
    def __init__(self, steps, broker, command):
        self.steps, self.port, self.command = Path(steps), int(broker.rpartition(":")[2]), command
        self.child, self.done = None, 0

    def ask(self, line):
        """One time to the command; its answer, or '' when it ended without one."""
        if self.child is None:
            self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, text=True,
                                          stdout=subprocess.PIPE)
        try:
            self.child.stdin.write(line)
            self.child.stdin.flush()
            answer = self.child.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer.startswith("ok "):
            self.close()
        return answer

    def close(self):
        if self.child is not None:
            self.child.stdout.close()
            try:
                self.child.stdin.close()
            except BrokenPipeError:
                pass
            self.child.wait()
            self.child = None

    def step(self, line):
        end = time.monotonic() + STEP_S
        while True:
            answer = self.ask(line)
            if answer.startswith("ok "):
                break
            if time.monotonic() > end:
                sys.exit(f"clock_relay: {line.strip()} not reached within {STEP_S} s")
            wait_until(lambda: port_open(self.port), STEP_S)
        self.done += 1
        draft = self.steps.with_suffix(".new")
        draft.write_text(str(self.done))
        draft.rename(self.steps)
        print(answer, end="", flush=True)


def main(steps, broker, *command):
    relay = Relay(steps, broker, command)
    for line in sys.stdin:
        relay.step(line)
    relay.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
