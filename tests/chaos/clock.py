# SPDX-License-Identifier: MPL-2.0
"""`CMD` (parloeb ... clock set -) that outlives Kafka: reads times, answers `ok TIME`; when the command
ends in the middle it is started again and told the same time once more.

Usage: clock.py CMD ARG...
"""

import subprocess
import sys
import time

PATIENCE_S = 180


def start():
    return subprocess.Popen(sys.argv[1:], text=True, bufsize=1, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE)


def step(child, line):
    """The answer, empty when the command ended instead."""
    try:
        child.stdin.write(line)
        child.stdin.flush()
    except BrokenPipeError:
        return ""
    return child.stdout.readline()


def main():
    child = start()
    for line in sys.stdin:
        end = time.monotonic() + PATIENCE_S
        answer = step(child, line)
        while not answer and time.monotonic() < end:
            child.wait()
            time.sleep(0.5)     # Kafka is on its way back
            child = start()
            answer = step(child, line)
        if not answer:
            return 3
        print(answer, end="", flush=True)
    child.stdin.close()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
