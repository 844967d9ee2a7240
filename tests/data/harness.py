"""What the tests on real data share: the program, a throw-away database, and counting."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("ASTRALFIELD_DATA") or ROOT.parent / "shared" / "data")


def start(script):
    """Runs the script again inside a throw-away cluster; leaves loudly when the data is not there."""
    if not (DATA / "nfl" / "player_week_2024.csv.gz").exists():
        print(f"SKIPPED {Path(script).name}: no data in {DATA} (ASTRALFIELD_DATA names another place)")
        print("0 passed, 0 failed")
        sys.exit(0)
    if "ASTRALFIELD_TEST_DB" not in os.environ:
        os.execv(ROOT / "tests/lib/with-cluster", ["with-cluster", sys.executable, script, *sys.argv[1:]])
    os.environ["DATABASE_URL"] = os.environ["ASTRALFIELD_TEST_DB"]
    run("migrate", "up")


def program():
    return os.environ.get("ASTRALFIELD") or str(ROOT / "build" / "astralfield")


def attempt(*words, **environment):
    """A command of astralfield, however it ends."""
    return subprocess.run(
        [program(), *map(str, words)], capture_output=True, text=True, timeout=600, env={**os.environ, **environment}
    )


def run(*words, **environment):
    """Standard output of a command of astralfield that must succeed."""
    done = attempt(*words, **environment)
    if done.returncode != 0:
        sys.exit(f"astralfield {' '.join(map(str, words))}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def ask(sql):
    """The rows of a query as lists of text."""
    done = subprocess.run(
        ["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", os.environ["ASTRALFIELD_TEST_DB"], "-c", sql],
        capture_output=True, text=True, check=True,
    )
    return [line.split("\t") for line in done.stdout.splitlines()]


def announced(action):
    """(what action() gives, the payloads announced to servers meanwhile)"""
    words = ["psql", "-XAtq", "-d", os.environ["ASTRALFIELD_TEST_DB"]]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as listener:
        listener.stdin.write("listen astralfield;\n\\echo listening\n")
        listener.stdin.flush()
        assert listener.stdout.readline() == "listening\n"
        result = action()
        said, _ = listener.communicate("select;\n", timeout=60)
    return result, re.findall(r'with payload "([^"]*)"', said)


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, is_true, seen=""):
        if is_true:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {name}: {seen}")

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
