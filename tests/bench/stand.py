"""What is measured: servers, nginx, Redis and a league to read, all on loopback and gone afterwards."""
import http.client
import json
import os
import pathlib
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BIN = pathlib.Path(os.environ.get('ASTRALFIELD_BIN', ROOT / 'build/astralfield')).resolve()
DEADLINE_S = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def ask(port, method, path, body=None, headers=None):
    """(status, document, headers)"""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    try:
        connection.request(method, path, None if body is None else json.dumps(body),
                           {'Content-Type': 'application/json'} | (headers or {}))
        reply = connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text[:1] in (b'{', b'[') else text, reply.headers
    finally:
        connection.close()


def until(condition, what, seconds=DEADLINE_S, look_s=0.002):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise RuntimeError(f'not within {seconds} s: {what}')
        time.sleep(look_s)
    return value


def answers(port, path='/api/health'):
    try:
        return ask(port, 'GET', path)[0] == 200
    except OSError:
        return False


def is_well(port):
    try:
        status, health, _ = ask(port, 'GET', '/api/health')
        return status == 200 and health['status'] == 'ok'
    except OSError:
        return False


def cpu_seconds(pids):
    """Time on a processor of these processes so far, of all their threads."""
    return sum(int(stat.read_text().split()[0])
               for pid in pids for stat in pathlib.Path(f'/proc/{pid}/task').glob('*/schedstat')) / 1e9


def children(pid):
    return [int(each) for each in
            pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split()]


def memory_kib(pid):
    """Resident and proportional memory."""
    lines = pathlib.Path(f'/proc/{pid}/smaps_rollup').read_text().splitlines()
    found = {line.split(':')[0]: int(line.split()[1]) for line in lines[1:]}
    return {'rss': found['Rss'], 'pss': found['Pss']}


def quoted(text):
    """As nginx wants it; $dollar is a variable that holds one."""
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('$', '${dollar}') + '"'


class Stand:
    def __init__(self, folder):
        self.folder = folder
        self.running = []
        self.env = os.environ | {
            'DATABASE_URL': os.environ['ASTRALFIELD_TEST_DB'],
            'REDIS_URL': f'unix:{folder}/redis.sock',
            'RATE_LIMITS': 'off', 'LOG_REQUESTS': 'none', 'CONNECTIONS_PER_ADDRESS': '200000',
        }

    def __enter__(self):
        self.spawn(['redis-server', '--port', '0', '--unixsocket', f'{self.folder}/redis.sock',
                    '--save', '', '--dir', str(self.folder)])
        until(lambda: (self.folder / 'redis.sock').exists(), 'Redis')
        self.command('migrate', 'up')
        self.command('import', 'sample', '--seed', '7')
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            self.end(process)

    def spawn(self, command, **env):
        log = open(self.folder / f'{len(self.running)}.log', 'w')
        process = subprocess.Popen(command, env=self.env | env, stdout=log, stderr=log,
                                   stdin=subprocess.DEVNULL)
        process.log = log.name
        self.running.append(process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self.running.remove(process)

    def command(self, *args):
        done = subprocess.run([BIN, *args], env=self.env, text=True, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"astralfield {' '.join(args)}: {done.stderr}")
        return done.stdout

    def serve(self, **env):
        """(process, port) of a server that is warm: all its loops have all their connections."""
        port = free_port()
        process = self.spawn([BIN, 'serve'], PORT=str(port), **env)
        until(lambda: process.poll() is not None or all(is_well(port) for _ in range(16)), 'the server')
        if process.poll() is not None:
            raise RuntimeError(pathlib.Path(process.log).read_text())
        return process, port

    def nginx(self, places):
        """Answers each path with constant headers and a constant body: {path: (headers, body)}."""
        port = free_port()
        blocks = ''
        for path, (headers, body) in places.items():
            lines = ''.join(f'add_header {name} {quoted(value)};\n' for name, value in headers
                            if name not in ('Date', 'Content-Length', 'Content-Type', 'Server'))
            blocks += f'location = {path} {{ default_type application/json; {lines} return 200 {quoted(body)}; }}\n'
        configuration = self.folder / 'nginx.conf'
        configuration.write_text(f'''
            daemon off; worker_processes auto; pid {self.folder}/nginx.pid; error_log stderr crit;
            events {{ worker_connections 4096; }}
            http {{
                access_log off; server_tokens off; keepalive_requests 100000000;
                geo $dollar {{ default "$"; }}
                server {{ listen 127.0.0.1:{port} backlog=4096; {blocks} }}
            }}''')
        process = self.spawn(['nginx', '-p', str(self.folder), '-c', str(configuration)])
        until(lambda: process.poll() is not None or answers(port, next(iter(places))), 'nginx')
        if process.poll() is not None:
            raise RuntimeError(pathlib.Path(process.log).read_text())
        return process, port

    def league(self, port):
        """A public league that has played half a season; its commissioner's token."""
        status, made, headers = ask(port, 'POST', '/api/auth/register', {
            'email': 'bench@example.org', 'password': 'measure twice, cut once', 'displayName': 'Bench'})
        assert status == 201, made
        session = {'Cookie': headers['Set-Cookie'].split(';')[0], 'X-CSRF-Token': made['csrfToken']}
        _, token, _ = ask(port, 'POST', '/api/auth/tokens', {'name': 'bench', 'scopes': ['read', 'write']}, session)
        bearer = {'Authorization': f"Bearer {token['secret']}"}
        status, league, _ = ask(port, 'POST', '/api/leagues', {
            'name': 'Bench', 'teamName': 'Measurers', 'settings': {'visibility': 'public'}}, bearer)
        assert status == 201, league
        status, filled, _ = ask(port, 'POST', f"/api/leagues/{league['id']}/fill", None, bearer)
        assert status == 200, filled
        self.command('season', 'play', '--league', str(league['id']), '--through', '8')
        return league['id'], token['secret']
