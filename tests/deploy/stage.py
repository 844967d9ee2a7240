"""Releases to deploy, an instance to deploy them to, and the load that must not notice."""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / 'tests/faults'))
from instance import Instance, wait_for  # noqa: E402
from writers import Account  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get('ASTRALFIELD_PROGRAM', ROOT / 'build/astralfield')).resolve()
LOAD = PROGRAM.parent / 'tests/deploy/deploy-load'
COMMAND_S = 300


def artifact(folder, ident, program=PROGRAM, key=None):
    """Path of an artifact of this program under that name. The web client does not matter here."""
    web = pathlib.Path(folder) / 'web'
    web.mkdir(exist_ok=True)
    (web / 'index.html').write_text(f'<!doctype html><title>{ident}</title>')
    command = [sys.executable, ROOT / 'tools/release', '--program', program, '--web', web, '--id', ident,
               '--out', folder, *(['--key', key] if key else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_S)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def wrapped(folder, ident, script):
    """An artifact whose program is a script; the real program lies beside it as REAL."""
    path = pathlib.Path(folder) / f'{ident}.sh'
    path.write_text('#!/bin/sh\n' + script.replace('REAL', str(PROGRAM)))
    path.chmod(0o755)
    return artifact(folder, ident, path)


class Stage(Instance):
    """An instance that knows the commands of deploys."""

    def __init__(self, **more):
        super().__init__(env={'RATE_LIMITS': 'off', 'CONNECTIONS_PER_ADDRESS': '5000', 'LOG_REQUESTS': 'none',
                              **more.pop('env', {})}, **more)

    def do(self, *args, code=0):
        """Runs a command with --json; its document. `code` None: any exit code, with it."""
        done = subprocess.run([self.program, *args, '--json', '--data', str(self.data)], env=self.env,
                              capture_output=True, text=True, user=self.user, group=self.user, timeout=COMMAND_S)
        document = json.loads(done.stdout) if done.stdout.strip() else None
        if code is None:
            return done.returncode, document
        assert done.returncode == code, (args, done.returncode, done.stdout, done.stderr, self.said()[-2000:])
        return document

    def serving(self):
        """The release that answers; None when none does."""
        try:
            status, document, _ = self.call('GET', '/api/health/ready', timeout=2)
        except OSError:
            return None
        return (document['release'] or 'built-in') if status == 200 else None

    def deployments(self):
        return self.call('GET', '/api/admin/recent-deployments')[1]['deployments']


class League:
    """A league whose owner does something every now and then, so that sockets have events to miss."""

    def __init__(self, stage):
        code, said = stage.command('import', 'sample')
        assert code == 0, said
        self.account = Account(stage, 'Writer')
        form = {'name': f'League {uuid.uuid4().hex[:8]}', 'teamName': 'Team', 'settings': {'visibility': 'public'}}
        status, document, _ = self.account.call('POST', '/api/leagues', form)
        assert status == 201, (status, document)
        self.id, self.acked, self.wrong = document['id'], 0, []

    def write(self):
        """One event; repeated with its key until it is acknowledged."""
        key, name = str(uuid.uuid4()), f'Name {self.acked}'
        while True:
            try:
                status, document, _ = self.account.call('PATCH', f'/api/leagues/{self.id}', {'name': name}, key)
            except OSError as error:
                status, document = 0, str(error)
            if status == 200:
                self.acked += 1
                return
            self.wrong.append((status, document))
            assert len(self.wrong) < 100, self.wrong[:3]


class Load:
    """deploy-load, running; `report` after the with block."""

    def __init__(self, stage, rate, sockets, league=None, path='/api/health', every_s=0.05, connections=32):
        self.command = [LOAD, stage.port, rate, connections, path, sockets, f'league:{league.id}' if league else '-']
        self.league, self.every_s, self.report = league, every_s, None
        self.is_over = threading.Event()
        self.writer = threading.Thread(target=self.write, daemon=True)

    def write(self):
        while not self.is_over.wait(self.every_s):
            self.league.write()

    def __enter__(self):
        self.run = subprocess.Popen(list(map(str, self.command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.run.stdout.readline() == 'running\n'
        if self.league:
            self.writer.start()
        return self

    def __exit__(self, kind, *_):
        if self.league:
            self.is_over.set()
            self.writer.join(60)
        time.sleep(0.0 if kind else SETTLE_S)  # the last who were sent away come back
        out, _ = self.run.communicate('')
        self.report = json.loads(out)
        if kind is None:
            return
        print(self.report)


SETTLE_S = 4
__all__ = ['Stage', 'League', 'Load', 'artifact', 'wrapped', 'wait_for', 'PROGRAM']
