#!/usr/bin/env python3
"""A database that is gone, and one that hangs: people are told within a minute without it, and told that
it is over. Runs under tests/lib/with-cluster; prints TAP."""
import contextlib
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get('ASTRALFIELD_PROGRAM', str(ROOT / 'build/astralfield'))
FOLDER = pathlib.Path(os.environ['ASTRALFIELD_TEST_DIR'])
TOLD_S, READY_S, LOOK_S = 60, 60, 0.1
BIN = sorted(pathlib.Path('/usr/lib/postgresql').glob('*/bin'))[-1]
messages = []


class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        messages.append(json.loads(self.rfile.read(int(self.headers['Content-Length']))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def wait_for(condition, what, seconds):
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f'not within {seconds} s: {what}'
        time.sleep(LOOK_S)
    return time.monotonic() - began


def pg_ctl(*arguments):
    as_user = ['runuser', '-u', 'postgres', '--'] if os.geteuid() == 0 else []
    subprocess.run([*as_user, BIN / 'pg_ctl', '-D', FOLDER / 'pg', '-w', *arguments], check=True, stdout=subprocess.DEVNULL)


def family():
    """The postmaster and its children."""
    first = int((FOLDER / 'pg/postmaster.pid').read_text().split()[0])
    found = subprocess.run(['ps', '-o', 'pid=', '--ppid', str(first)], capture_output=True, text=True).stdout
    return [first, *map(int, found.split())]


def tell(pids, sign):
    """Children end when they like: one that waited for the end of a connection goes as soon as it may go on."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)


def down():
    pg_ctl('-m', 'immediate', 'stop')
    return lambda: pg_ctl('-l', FOLDER / 'pg.log', '-o', f'-k {FOLDER} -c listen_addresses= -c fsync=off -c max_connections=200', 'start')


def hanging():
    pids = family()
    tell(pids, signal.SIGSTOP)
    return lambda: tell(pids, signal.SIGCONT)


def answers(environment):
    """Somebody's figures are in the database: the watch is at work."""
    asked = subprocess.run([BIN / 'psql', '-XqAt', environment['DATABASE_URL'], '-c', 'select count(*) from alert_nodes'],
                           capture_output=True, text=True)
    return asked.stdout.strip() not in ('', '0')


def case(begin):
    messages.clear()
    end = begin()
    try:
        told = wait_for(lambda: messages, 'the message', TOLD_S)
    finally:
        end()
    assert messages[0]['subject'] == 'database' and messages[0]['severity'] == 'emergency', messages
    over = wait_for(lambda: len(messages) > 1, 'the end', TOLD_S)
    assert messages[1]['kind'] == 'resolved' and messages[1]['incident'].startswith('INC-'), messages
    assert len(messages) == 2, messages
    print(f'# told after {told:.1f} s, its end after {over:.1f} s')


def main():
    sink = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    environment = os.environ | {'DATABASE_URL': os.environ['ASTRALFIELD_TEST_DB'], 'PORT': '0', 'OUTGOING_ALLOW': '127.0.0.0/8',
                                'ASTRALFIELD_DATA_DIR': str(FOLDER / 'instance'),
                                'ALERT_WEBHOOK_URL': f'http://127.0.0.1:{sink.server_port}/'}
    subprocess.run([PROGRAM, 'migrate', 'up'], env=environment, check=True, stdout=subprocess.DEVNULL)
    with open(FOLDER / 'serve.log', 'w') as log:
        server = subprocess.Popen([PROGRAM, 'serve'], env=environment, stdout=log, stderr=log)
    cases = {'a_database_that_hangs_is_told_without_it': hanging, 'a_database_that_is_gone_is_told_without_it': down}
    failed = 0
    try:
        wait_for(lambda: answers(environment), 'the first look', READY_S)
        for number, (name, begin) in enumerate(cases.items(), 1):
            try:
                case(begin)
                print(f'ok {number} - {name}')
            except AssertionError as error:
                failed += 1
                print(f'not ok {number} - {name}\n# {error}\n# {(FOLDER / "serve.log").read_text()[-2000:]}')
    finally:
        server.terminate()
        server.wait(60)
    print(f'1..{len(cases)}')
    return failed


sys.exit(main())
