"""What leaves the server and what it writes down: Sentry, the status page, the log. One instance for all."""
import contextlib
import http.server
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from instance import Instance, descendants, stat_of, wait_for

PAGE_DOWN_S = 60
PLANTED = {
    'password': 'hunter2-planted-pw',
    'token': 'q9w8e7r6t5y4u3i2o1p0',
    'cookie': 'c00kie0planted0value1234567',
    'mail': 'eve.planted@example.org',
    'invite': 'inv1te0planted0code98765',
}


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes envelopes apart as the protocol says; what does not fit is kept as a fault."""
    events, faults, raw = [], [], []
    is_silent = threading.Event()

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        while self.is_silent.is_set():
            time.sleep(0.01)
        try:
            head, item, rest = body.split(b'\n', 2)
            item = json.loads(item)
            payload = json.loads(rest[:item['length']])
            assert rest[item['length']:] == b'\n', 'one item, ended by a line feed'
            assert item['type'] == 'event', item
            assert re.fullmatch('[0-9a-f]{32}', json.loads(head)['event_id'])
            assert json.loads(head)['event_id'] == payload['event_id']
            assert 'sentry_key=key1' in self.headers['X-Sentry-Auth'], self.headers
            assert self.path == '/api/42/envelope/', self.path
            self.events.append(payload)
        except Exception as fault:  # pylint: disable=broad-except
            self.faults.append(f'{fault!r}: {body!r}')
        self.raw.append(body)
        self.send_response(200)
        self.send_header('Content-Length', '2')
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(b'{}')

    def log_message(self, *_):
        pass


def messages():
    return [event['message']['formatted'] for event in Receiver.events]


class Outgoing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Receiver)
        threading.Thread(target=cls.receiver.serve_forever, daemon=True).start()
        cls.instance = Instance(env={
            'SENTRY_DSN': f'http://key1@127.0.0.1:{cls.receiver.server_address[1]}/42',
            'OUTGOING_ALLOW': '127.0.0.1', 'RATE_LIMITS': 'off', 'CONNECTIONS_PER_ADDRESS': '4000'})
        cls.instance.__enter__()
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()

    @classmethod
    def tearDownClass(cls):
        Receiver.is_silent.clear()
        cls.receiver.shutdown()

    def report(self, message, stack=''):
        return self.instance.call('POST', '/api/errors/client', {
            'message': message, 'stack': stack, 'page': '/', 'kind': 'error'})[0]

    def log_text(self):
        return (self.instance.data / 'log' / 'server.log').read_text(errors='surrogateescape')

    def error_groups(self):
        return self.instance.call('GET', '/api/errors/recent?countMax=500')[1]['errors']

    def test_1_an_error_group_reaches_sentry_and_every_envelope_can_be_read(self):
        for i in range(20):
            self.assertEqual(self.report(f'kind {"abcdefghijklmnopqrstuvwxyz"[i]} broke'), 202)
        ours = lambda: [text for text in messages() if text.startswith('kind ')]
        wait_for(lambda: len(ours()) >= 20, '20 events', 30)
        self.assertEqual(Receiver.faults, [])
        self.assertEqual(sorted(ours()), sorted(f'kind {"abcdefghijklmnopqrstuvwxyz"[i]} broke' for i in range(20)))

    def test_2_planted_secrets_are_in_no_log_no_error_group_and_no_envelope(self):
        plant = ' '.join(f'{name}={value}' for name, value in PLANTED.items())
        self.report(f'failed for {PLANTED["mail"]} with password: {PLANTED["password"]}',
                    f'at https://x/?token={PLANTED["token"]}\nCookie: af_session={PLANTED["cookie"]}\n{PLANTED["invite"]}')
        self.instance.call('POST', '/api/auth/login', {'email': PLANTED['mail'], 'password': PLANTED['password']})
        self.instance.call('GET', f'/join/{PLANTED["invite"]}')
        self.instance.call('GET', f'/api/invites/{PLANTED["invite"]}')
        self.instance.call('GET', f'/no/{PLANTED["token"]}/such?x={plant.replace(" ", "&")}')
        self.instance.call('GET', '/api/health', headers={'Cookie': f'af_session={PLANTED["cookie"]}'})
        self.instance.call('GET', '/api/dashboard', headers={'Authorization': f'Bearer {PLANTED["token"]}'})
        wait_for(lambda: any('failed for' in text for text in messages()), 'the event', 30)
        wait_for(lambda: any('failed for' in group['message'] for group in self.error_groups()), 'the group', 30)
        wait_for(lambda: '/api/dashboard' in self.log_text(), 'the log line', 30)
        places = {'log': self.log_text(), 'groups': json.dumps(self.error_groups()),
                  'envelopes': b''.join(Receiver.raw).decode(), 'out': self.instance.said()}
        for place, text in places.items():
            for name, value in PLANTED.items():
                self.assertNotIn(value, text, f'the {name} is in the {place}')

    def test_3_each_of_a_thousand_hostile_requests_is_exactly_one_line(self):
        dice = random.Random(7)
        marks = ['\r\n', '\n', '\r', '\x1b[31m', '\u2028', '\u2029', '\x00', '\x85', '%0d%0a', '%0A', '\t', ' ', '"', '\\', '\x7f',
                 'level=error event=forged', '\u202e', 'at=2020-01-01T00:00:00.000Z']
        before = self.log_text()
        for i in range(1000):
            evil = ''.join(dice.choice(marks) for _ in range(dice.randrange(1, 6)))
            place = i % 4
            path = f'/fuzz-{i}{evil}' if place == 0 else f'/fuzz-{i}'
            header = 'X-Request-Id' if place == 1 else 'User-Agent' if place == 2 else 'X-Forwarded-For'
            extra = f'{header}: a{evil}\r\n' if place else ''
            with socket.create_connection(('127.0.0.1', self.instance.port)) as wire:
                wire.sendall(f'GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{extra}\r\n'.encode('utf8', 'surrogateescape'))
                while wire.recv(65536):
                    pass
        requests = lambda text: [line for line in text.split('\n') if ' event=request ' in line and ' route=/api/' not in line]
        wait_for(lambda: len(requests(self.log_text()[len(before):])) >= 1000, 'a line for each', 30)
        text = self.log_text()[len(before):]
        lines = [line for line in text.split('\n') if line]
        shape = re.compile(r'at=\d{4}-\d\d-\d\dT[\d:.]+Z level=(info|warn|error) event=[a-z_]+ ')
        for line in lines:
            self.assertRegex(line, shape)
            for byte in line:
                self.assertTrue(' ' <= byte <= '~', f'{byte!r} in {line!r}')
        self.assertNotIn('event=forged', text)
        self.assertEqual(len(requests(text)), 1000, 'one line for each')

    def test_4_a_silent_sentry_changes_nothing_for_requests(self):
        def p99(round_name):
            times = []
            for i in range(300):
                began = time.monotonic()
                self.assertEqual(self.report(f'{round_name} {"abcdefghij"[i % 10]}{"klmnopqrst"[i // 10 % 10]}{"uvw"[i // 100]}'), 202)
                times.append(time.monotonic() - began)
            return sorted(times)[297] * 1000
        heard = p99('heard')
        Receiver.is_silent.set()
        unheard = p99('unheard')
        Receiver.is_silent.clear()
        print(f'p99 {heard:.1f} ms heard, {unheard:.1f} ms unheard', end=' ', flush=True)
        self.assertLess(unheard, 2 * heard + 50)

    def test_5_a_crash_is_told_exactly_once(self):
        server = self.instance.child(' serve')
        os.kill(server[0], signal.SIGSEGV)
        wait_for(lambda: self.instance.child(' serve') not in (None, server), 'the next server')
        self.instance.wait_healthy()
        crashes = lambda: [text for text in messages() if 'the server crashed: SIGSEGV' in text]
        wait_for(crashes, 'the report', 30)
        groups = lambda: [group for group in self.error_groups() if 'SIGSEGV' in group['message']]
        wait_for(groups, 'the error group', 30)
        self.assertEqual([(group['count'], group['severity']) for group in groups()], [(1, 'critical')])
        server = self.instance.child(' serve')
        os.kill(server[0], signal.SIGKILL)  # leaves nothing to tell
        wait_for(lambda: self.instance.child(' serve') not in (None, server), 'the next server')
        self.instance.wait_healthy()
        self.assertEqual(self.report('after the crash'), 202)
        wait_for(lambda: 'after the crash' in messages(), 'a later event', 30)
        self.assertEqual(len(crashes()), 1)
        self.assertEqual(Receiver.faults, [])

    def test_6_the_log_is_found_by_request_and_by_time(self):
        request_id = self.instance.call('GET', '/api/version')[2]['X-Request-Id']
        wait_for(lambda: request_id in self.log_text(), 'the line', 30)
        code, text = self.instance.command('logs', '--id', request_id, '--json')
        self.assertEqual(code, 0, text)
        lines = json.loads(text)['lines']
        self.assertEqual([(line['route'], line['status']) for line in lines], [('/api/version', '200')])
        self.assertEqual(self.instance.command('logs', '--id', 'nobodys', '--since', '1h'), (0, ''))
        self.assertEqual(self.instance.command('logs', '--since', 'soon')[0], 2)
        code, text = self.instance.command('logs', '--level', 'error')
        self.assertTrue(all('level=error' in line or 'level=fatal' in line for line in text.splitlines()
                            if line.startswith('at=')), text)
        follower = subprocess.Popen([self.instance.program, 'logs', '-f', '--since', '0s', '--data', str(self.instance.data)],
                                    stdout=subprocess.PIPE, text=True, env=self.instance.env)
        try:
            said = []
            threading.Thread(target=lambda: said.extend(iter(follower.stdout.readline, '')), daemon=True).start()
            wait_for(lambda: self.instance.call('GET', '/api/health/simple') and any('/api/health/simple' in line for line in list(said)),
                     'the line that comes', 30)
        finally:
            follower.kill()
            follower.wait()
            follower.stdout.close()

    def test_7_the_status_page_needs_neither_database_nor_cache(self):
        parts = lambda: {part['key']: part['status'] for part in self.instance.call('GET', '/api/status')[1]['components']}
        wait_for(lambda: parts()['database'] == 'operational', 'a look', 30)
        frozen = [pid for words in ('postgres', 'redis') for pid, _ in descendants(self.instance.up.pid)
                  if words in pathless(pid)]
        self.assertGreaterEqual(len(frozen), 3)
        for pid in frozen:
            with contextlib.suppress(ProcessLookupError):  # a worker that has done its work
                os.kill(pid, signal.SIGSTOP)
        try:
            wait_for(lambda: parts()['database'] == 'down', 'the database to be told as down', 60)
            wait_for(lambda: parts()['cache'] == 'degraded', 'the cache to be told as away', 60)
            began = time.monotonic()
            status, _, headers = self.instance.call('GET', '/status', headers={'Cookie': 'af_session=x'})
            self.assertEqual(status, 200)
            self.assertLess(time.monotonic() - began, 1)
            self.assertIn('text/html', headers['Content-Type'])
            document = self.instance.call('GET', '/api/status')[1]
            self.assertEqual(document['status'], 'down')
            self.assertLess(document['ageSeconds'], 60)
        finally:
            for pid in frozen:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        wait_for(lambda: parts()['database'] == 'operational', 'the database to be told as well', 60)

    def test_8_the_published_page_says_that_the_server_is_down(self):
        site = self.instance.folder / 'site'
        publisher = subprocess.Popen(
            [self.instance.program, 'statuspage', 'publish', '--to', str(site), '--every', '1', '--url',
             f'http://127.0.0.1:{self.instance.port}'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.instance.env)
        document = lambda: json.loads((site / 'status.json').read_text())
        try:
            wait_for(lambda: (site / 'index.html').exists() and document()['status'] != 'down', 'the page', 30)
            self.assertLessEqual(len((site / 'index.html').read_bytes()), 20 * 1024)
            self.assertNotIn('<script', (site / 'index.html').read_text())
            self.instance.look()
            began = time.monotonic()
            os.kill(self.instance.up.pid, signal.SIGSTOP)  # so that it starts no other
            os.kill(self.instance.child(' serve')[0], signal.SIGKILL)
            wait_for(lambda: 'AstralField is down' in (site / 'index.html').read_text(), 'the page to say so', PAGE_DOWN_S)
            print(f'said so after {time.monotonic() - began:.1f} s', end=' ', flush=True)
            web = document()['components'][0]
            self.assertEqual(web['status'], 'down')
            good, made = web['days'][-1]
            self.assertGreater(good, 0)
            self.assertGreater(made, good)
            self.assertEqual({part['status'] for part in document()['components'][1:]}, {'unknown'})
        finally:
            os.kill(self.instance.up.pid, signal.SIGCONT)
            publisher.terminate()
            self.assertEqual(publisher.wait(30), 0)
        self.assertEqual({path.name for path in site.iterdir()}, {'index.html', 'status.json', 'state.json'})


def pathless(pid):
    """The name of a program, as /proc says it."""
    fields = stat_of(pid)
    with contextlib.suppress(OSError), open(f'/proc/{pid}/comm', encoding='utf8') as name:
        return name.read() if fields else ''
    return ''
