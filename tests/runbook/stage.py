"""What the lines are run on: an instance with the sample league, a Redis on TCP (so that redis-cli's
lines can be typed as they are), a second database to rehearse on, a release to deploy, folders to
work in."""
import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.path.realpath(os.environ.get('ASTRALFIELD_PROGRAM', ROOT / 'build/astralfield'))
WEB = os.environ.get('ASTRALFIELD_WEB', str(ROOT / 'web/dist'))
READY_SECONDS, LOOK_S = 180, 0.05
COMPLAINTS = re.compile(r'ERROR: \w+Sanitizer|runtime error:|level=fatal|assertion', re.I)


def free_port():
    """Below the ports that outgoing connections take."""
    while True:
        port = random.randrange(10_000, 30_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(('127.0.0.1', port))
            return port


def wait_for(condition, what, seconds=READY_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f'not within {seconds} s: {what}')
        time.sleep(LOOK_S)


class Stage:
    """Use as a context manager: everything it made is gone afterwards."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='astralfield-runbook-'))
        self.folder.chmod(0o755)
        self.processes = []
        try:
            self.open()
        except BaseException:
            self.__exit__()
            raise
        return self

    def open(self):
        self.data, self.work = self.folder / 'data', self.folder / 'work'
        self.program = PROGRAM
        self.port, redis = free_port(), free_port()
        self.url, self.tls = f'http://localhost:{self.port}', None
        self.make_folders()
        keep = {k: v for k, v in os.environ.items() if k not in ('DATABASE_URL', 'REDIS_URL', 'PORT')}
        self.env = keep | {
            'PATH': f'{self.folder}/bin:{os.environ["PATH"]}', 'ASTRALFIELD': PROGRAM, 'URL': self.url,
            'ASTRALFIELD_DATA_DIR': str(self.data), 'ASTRALFIELD_DATA': '/nonexistent', 'WEB_DIR': WEB,
            'REDIS_URL': f'redis://127.0.0.1:{redis}', 'DATABASE_NAME': 'astralfield', 'NEON_PROJECT_ID': 'none',
            'DATA': str(self.data), 'TERM': 'dumb', 'MAKEFLAGS': f'BUILD={pathlib.Path(PROGRAM).parent}',
            'ASAN_OPTIONS': 'detect_stack_use_after_return=1:detect_leaks=1', 'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
            'ASTRALFIELD_URL': self.url, 'PAGER': 'cat', 'RATE_LIMITS': 'off', 'BACKUP_EVERY_HOURS': '24',
        }
        self.start(['redis-server', '--port', str(redis), '--bind', '127.0.0.1', '--save', '', '--dir', str(self.folder)], 'redis')
        self.up = self.start([PROGRAM, 'up', '--port', str(self.port)], 'up')
        wait_for(lambda: self.up.poll() is not None or 'AstralField is ready' in self.said('up'), 'the instance is ready')
        if self.up.poll() is not None:
            raise RuntimeError(f'the instance did not start:\n{self.said("up")}')
        self.databases()
        self.release()
        self.edge()

    def make_folders(self):
        """The working folder, a checkout with an origin, and the program by its name."""
        for name in ('bin', 'work', 'git'):
            (self.folder / name).mkdir()
        (self.folder / 'bin/astralfield').symlink_to(PROGRAM)
        shutil.copy(ROOT / 'package.json', self.work)
        shutil.copy(ROOT / 'package-lock.json', self.work)
        (self.work / 'scripts').symlink_to(ROOT / 'scripts')
        git = ['git', '-c', 'user.name=runbook', '-c', 'user.email=runbook@example.invalid', '-c', 'init.defaultBranch=master']
        origin, checkout = self.folder / 'git/origin', self.folder / 'git/checkout'
        subprocess.run([*git, 'init', '-q', str(origin)], check=True)
        subprocess.run([*git, 'commit', '-q', '--allow-empty', '-m', 'begin'], cwd=origin, check=True)
        subprocess.run(['git', 'clone', '-q', str(origin), str(checkout)], check=True)

    def start(self, command, name):
        with open(self.folder / f'{name}.log', 'w') as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=self.env, cwd=self.folder)
        self.processes.append(process)
        return process

    def said(self, name):
        return (self.folder / f'{name}.log').read_text(errors='replace')

    def databases(self):
        """Databases beside the instance's own, in its PostgreSQL: one for rehearsals, one to restore into."""
        url = (self.data / 'run/database.url').read_text().strip()
        admin = url.replace('/astralfield?', '/postgres?').replace('user=astralfield', 'user=postgres')
        self.env['DATABASE_URL'] = url
        for name in ('staging', 'empty'):
            self.env[f'{name.upper()}_DATABASE_URL'] = url.replace('/astralfield?', f'/{name}?')
            for order in (f'create database {name} owner astralfield', ):
                subprocess.run(['psql', '-Xq', admin, '-c', order], check=True, stdout=subprocess.DEVNULL)

    def release(self):
        """What `make release` makes, from the program under test."""
        made = subprocess.run([str(ROOT / 'tools/release'), '--program', PROGRAM, '--web', WEB,
                               '--out', str(self.folder / 'dist')], capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(f'no release was made:\n{made.stderr}')
        self.env['ARTIFACT'] = str(next((self.folder / 'dist').glob('*.tar.gz')))

    def edge(self):
        """HAProxy as it is shipped, with a certificate of an authority that this shell trusts."""
        if shutil.which('haproxy') is None:
            return
        folder, port = self.folder / 'edge', free_port()
        folder.mkdir()

        def openssl(*words):
            subprocess.run(['openssl', *words], cwd=folder, check=True, capture_output=True)

        openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test authority',
                '-keyout', 'ca.key', '-out', 'ca.pem')
        openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-addext',
                'subjectAltName=DNS:localhost', '-keyout', 'key.pem', '-out', 'wish.pem')
        openssl('x509', '-req', '-in', 'wish.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2',
                '-copy_extensions', 'copy', '-out', 'cert.pem')
        (folder / 'both.pem').write_text((folder / 'cert.pem').read_text() + (folder / 'key.pem').read_text())
        self.env |= {'HAPROXY_CERTIFICATE': str(folder / 'both.pem'), 'HAPROXY_SOCKET': str(folder / 'admin.sock'),
                     'HAPROXY_HTTP': f'127.0.0.1:{free_port()}', 'HAPROXY_HTTPS': f'127.0.0.1:{port}', 'HAPROXY_MAXCONN': '200',
                     'HAPROXY_STATS': f'127.0.0.1:{free_port()}',
                     'ASTRALFIELD_A': f'127.0.0.1:{self.port}', 'ASTRALFIELD_B': f'127.0.0.1:{free_port()}',
                     'SSL_CERT_FILE': str(folder / 'ca.pem')}
        edge = self.start(['haproxy', '-db', '-f', str(ROOT / 'deploy/haproxy/haproxy.cfg')], 'edge')

        def answers():
            with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port), 1):
                return True
            return edge.poll() is not None

        wait_for(answers, 'HAProxy listens')
        if edge.poll() is not None:
            raise RuntimeError(f'HAProxy did not start:\n{self.said("edge")}')
        self.tls = f'localhost:{port}'

    def place(self, line):
        if re.match(r'git ', line):
            return self.folder / 'git/checkout'
        return ROOT if re.match(r'npm (run|audit)', line) else self.work

    def end(self):
        """Stops the instance; gives what was wrong with it (None: nothing)."""
        self.up.send_signal(signal.SIGTERM)
        try:
            code = self.up.wait(90)
        except subprocess.TimeoutExpired:
            code = 'no end'
        logs = [self.folder / 'up.log', *(self.data / 'log').glob('server.log*')]
        found = [line for log in logs if log.exists() for line in log.read_text(errors='replace').splitlines()
                 if COMPLAINTS.search(line)]
        yield None if code == 0 and not found else f'exit code {code}\n' + '\n'.join(found[:20])

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(60)
            if process.poll() is None:
                process.kill()
        home = self.folder / 'data/home'
        if home.is_symlink():
            shutil.rmtree(home.resolve(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
