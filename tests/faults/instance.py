"""A whole instance under test: `astralfield up` and everything it started."""
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).parent.parent.parent
PROGRAM = os.environ.get('ASTRALFIELD_PROGRAM', str(ROOT / 'build/astralfield'))
DEADLINE_S = 120
LOOK_S = 0.02


def wait_for(condition, what, seconds=DEADLINE_S):
    """Until condition() is true; gives what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f'not within {seconds} s: {what}'
        time.sleep(LOOK_S)


def free_port():
    """Below the ports that outgoing connections take: a client that dials a port of theirs while its
    server is down may reach itself, and hold the port."""
    while True:
        port = random.randrange(10_000, 30_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(('127.0.0.1', port))
            return port


def stat_of(pid):
    """Fields of /proc/PID/stat behind the name (state, parent, …), or None when it is gone."""
    try:
        fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in 'ZX' else fields


def descendants(pid):
    """(pid, start time) of every process below `pid`."""
    table = {}
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            fields = stat_of(entry)
            if fields:
                table[int(entry)] = (int(fields[1]), fields[19])
    found, level = [], [pid]
    while level:
        level = [child for child, (parent, _) in table.items() if parent in level]
        found += [(child, table[child][1]) for child in level]
    return found


def is_alive(process):
    fields = stat_of(process[0])
    return fields is not None and fields[19] == process[1]


def command_line(pid):
    try:
        return pathlib.Path(f'/proc/{pid}/cmdline').read_bytes().replace(b'\0', b' ').decode()
    except (FileNotFoundError, ProcessLookupError):
        return ''


def owner(pid):
    return os.stat(f'/proc/{pid}').st_uid


def listening_ports(pids):
    """TCP ports that these processes listen on."""
    inodes = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for fd in os.listdir(f'/proc/{pid}/fd'):
                with contextlib.suppress(OSError):
                    inodes.add(os.readlink(f'/proc/{pid}/fd/{fd}'))
    ports = set()
    for table in ('/proc/net/tcp', '/proc/net/tcp6'):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == '0A' and f'socket:[{fields[9]}]' in inodes:
                ports.add(int(fields[1].rpartition(':')[2], 16))
    return ports


class Instance:
    """Use as a context manager: the directory and all processes are gone afterwards."""

    def __init__(self, data=None, user=None, env=None, has_sample=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='astralfield-faults-'))
        self.folder.chmod(0o755)
        self.data = pathlib.Path(data) if data else self.folder / 'data'
        self.user, self.port = user, free_port()
        self.args = [] if has_sample else ['--no-sample']
        self.env = {key: value for key, value in os.environ.items()
                    if key not in ('DATABASE_URL', 'REDIS_URL', 'PORT', 'ASTRALFIELD_DATA_DIR')}
        self.env |= env or {}
        self.program = PROGRAM
        if user is not None:  # the checkout may be where that user cannot go
            os.chown(self.folder, user, -1)
            self.program = shutil.copy(PROGRAM, self.folder / 'astralfield')
        self.log = self.folder / 'up.log'
        self.up = None
        self.seen = set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.up:
            self.look()
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self.up.poll() is None:
                    self.up.send_signal(signal.SIGTERM)
                self.up.wait(DEADLINE_S)
            for pid, _ in filter(is_alive, self.seen | {(self.up.pid, None)}):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        home = self.data / 'home'
        if home.is_symlink():
            shutil.rmtree(home.resolve(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def launch(self):
        with open(self.log, 'w') as out:
            self.up = subprocess.Popen(
                [self.program, 'up', '--data', str(self.data), '--port', str(self.port), *self.args], stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=self.env,
                user=self.user, group=self.user, extra_groups=None if self.user is None else [],
                start_new_session=True)
        return self

    def start(self):
        """Launches it and waits until it says that it is ready."""
        self.launch()
        wait_for(lambda: 'AstralField is ready' in self.said() or self.up.poll() is not None,
                 f'ready: {self.said()}')
        assert self.up.poll() is None, f'up ended with {self.up.returncode}: {self.said()}'
        self.look()
        return self

    def ended(self):
        """Waits for the end of `up`; its exit code."""
        return self.up.wait(DEADLINE_S)

    def said(self):
        return self.log.read_text(errors='replace')

    def look(self):
        """Notes the processes there are now."""
        now = descendants(self.up.pid)
        self.seen |= set(now)
        return now

    def child(self, words):
        """The child of `up` whose command line contains the words; None when there is none."""
        for pid, began in self.look():
            fields = stat_of(pid)
            if fields and int(fields[1]) == self.up.pid and words in command_line(pid):
                return (pid, began)
        return None

    def below(self, words):
        """Any descendant whose command line contains the words: its pid, or None."""
        return next((pid for pid, _ in self.look() if words in command_line(pid)), None)

    def kill(self, words):
        """kill -9 of one child, and its successor."""
        old = self.child(words)
        os.kill(old[0], signal.SIGKILL)
        wait_for(lambda: not is_alive(old), f'the end of {words}')
        return wait_for(lambda: self.child(words), f'the successor of {words}')

    def all_gone(self, seconds=10):
        wait_for(lambda: not any(map(is_alive, self.seen)),
                 'the end of ' + ', '.join(command_line(p) for p, b in self.seen if is_alive((p, b))),
                 seconds)

    def call(self, method, path, body=None, headers=None, timeout=15):
        """(status, JSON document or None, headers); a lost connection is an OSError."""
        request = urllib.request.Request(
            f'http://127.0.0.1:{self.port}{path}', method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={'Content-Type': 'application/json'} | (headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=timeout) as reply:
                text = reply.read()
                return reply.status, json.loads(text) if text[:1] in (b'{', b'[') else None, reply.headers
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, json.loads(text) if text[:1] == b'{' else None, error.headers

    def health(self):
        try:
            return self.call('GET', '/api/health', timeout=2)[0]
        except OSError:
            return 0

    def wait_healthy(self):
        wait_for(lambda: self.health() == 200, f'health 200: {self.said()}')

    def command(self, *args):
        """Runs a command of the program on this instance: (exit code, standard output)."""
        done = subprocess.run([self.program, *args, '--data', str(self.data)], env=self.env,
                              capture_output=True, text=True, user=self.user, group=self.user,
                              timeout=DEADLINE_S)
        return done.returncode, done.stdout + done.stderr
