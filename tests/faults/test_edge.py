"""The shipped HAProxy configuration before two servers: HTTP/2, WebSocket, TLS, a dead server, a new
certificate, abuse. And the shipped systemd units, as systemd itself judges them."""
import base64
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'deploy'))
from askers import Askers
from instance import ROOT, free_port, wait_for  # noqa: E402
from stage import Stage  # noqa: E402

CLIENTS, COMMAND_S = 6, 60
UNIT_SCORE_MAX = 1.2


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_S, check=True).stdout


def certificate(path, days, name='localhost'):
    """A new self-signed one with its key, in one file."""
    key, crt = path.with_suffix('.key'), path.with_suffix('.crt')
    run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key,
        '-out', crt, '-days', str(days), '-subj', f'/CN={name}', '-addext', f'subjectAltName=DNS:{name},DNS:www.{name}')
    path.write_text(crt.read_text() + key.read_text())


def open_tls(port, alpn=('http/1.1',)):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(list(alpn))
    return context.wrap_socket(socket.create_connection(('127.0.0.1', port), 10), server_hostname='localhost')


def serial(port):
    """Of the certificate that is shown."""
    with open_tls(port) as tls:
        return ssl.DER_cert_to_PEM_cert(tls.getpeercert(True))


class Clients(Askers):
    """Browsers over TLS, ten requests on each connection."""

    def __init__(self, port):
        super().__init__(CLIENTS)
        self.port = port

    def ask(self):
        context = ssl._create_unverified_context()
        browser = http.client.HTTPSConnection('127.0.0.1', self.port, timeout=10, context=context)
        for _ in range(10):
            browser.request('GET', '/api/leagues', headers={'Host': 'localhost'})
            reply = browser.getresponse()
            reply.read()
            self.note(reply.status)
        browser.close()


@unittest.skipUnless(shutil.which('haproxy'), 'haproxy is not installed')
class Edge(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = Stage(env={'TRUST_PROXY': 'on'})
        cls.stage.start()
        cls.folder = cls.stage.folder
        cls.pem = cls.folder / 'certificate.pem'
        certificate(cls.pem, 90)
        cls.http, cls.https, stats, cls.second_port = (free_port() for _ in range(4))
        cls.second = subprocess.Popen(
            [cls.stage.program, 'serve', '--data', str(cls.stage.data), '--port', str(cls.second_port)], stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, env=cls.stage.env | cls.urls())
        cls.socket = cls.folder / 'haproxy.sock'
        env = {'HAPROXY_SOCKET': str(cls.socket), 'HAPROXY_HTTP': f'127.0.0.1:{cls.http}', 'HAPROXY_HTTPS': f'127.0.0.1:{cls.https}',
               'HAPROXY_CERTIFICATE': str(cls.pem), 'ASTRALFIELD_A': f'127.0.0.1:{cls.stage.port}',
               'ASTRALFIELD_B': f'127.0.0.1:{cls.second_port}', 'HAPROXY_STATS': f'127.0.0.1:{stats}',
               'HAPROXY_CONNECTIONS_MAX': '200', 'HAPROXY_MAXCONN': '2000', 'HAPROXY_CONNECTION_RATE_MAX': '400', 'HAPROXY_REQUEST_RATE_MAX': '20000'}
        cls.env, cls.stats = os.environ | env, stats
        cls.config = ROOT / 'deploy/haproxy/haproxy.cfg'
        cls.haproxy = cls.start(cls.env)
        wait_for(lambda: cls.is_up('a') and cls.is_up('b'), 'both servers at HAProxy')

    @classmethod
    def urls(cls):
        return {f'{name.upper()}_URL': (cls.stage.data / f'run/{name}.url').read_text().strip() for name in ('database', 'redis')}

    @classmethod
    def start(cls, env):
        run_log = open(cls.folder / 'haproxy.log', 'a')
        return subprocess.Popen(['haproxy', '-db', '-f', cls.config], env=env, stdout=run_log, stderr=run_log)

    @classmethod
    def is_up(cls, name):
        try:
            with socket.socket(socket.AF_UNIX) as ask:
                ask.connect(str(cls.socket))
                ask.sendall(b'show stat\n')
                text = b''.join(iter(lambda: ask.recv(65536), b'')).decode()
        except OSError:
            return False
        return bool(re.search(rf'^astralfield,{name},.*,UP,', text, re.M))

    @classmethod
    def tearDownClass(cls):
        for process in (cls.haproxy, cls.second):
            process.terminate()
            process.wait(60)
        cls.stage.__exit__()

    def curl(self, *args):
        return run('curl', '-sk', '--max-time', '20', *args)

    def test_the_configuration_is_accepted_without_a_warning(self):
        done = subprocess.run(['haproxy', '-c', '-f', self.config], env=self.env, capture_output=True, text=True, timeout=COMMAND_S)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('WARNING', done.stdout + done.stderr)

    def test_http_2_answers_with_strict_transport_security(self):
        said = self.curl('--http2', '-D', '-', '-o', '/dev/null', '-w', 'version %{http_version}', f'https://localhost:{self.https}/api/leagues')
        self.assertIn('version 2', said)
        self.assertIn('HTTP/2 200', said)
        self.assertRegex(said.lower(), r'strict-transport-security: max-age=63072000; includesubdomains; preload')

    def test_plain_http_is_sent_to_https(self):
        said = self.curl('-D', '-', '-o', '/dev/null', f'http://localhost:{self.http}/somewhere')
        self.assertIn(' 301 ', said)
        self.assertRegex(said.lower(), r'location: https://localhost')

    def test_tls_1_1_is_refused_and_1_2_and_1_3_are_spoken(self):
        def ends_well(version):
            done = subprocess.run(['openssl', 's_client', f'-{version}', '-cipher', 'DEFAULT@SECLEVEL=0', '-connect', f'127.0.0.1:{self.https}'],
                                  input='', capture_output=True, text=True, timeout=COMMAND_S)
            return done.returncode == 0 and 'Cipher is (NONE)' not in done.stdout

        self.assertEqual([ends_well(v) for v in ('tls1_1', 'tls1_2', 'tls1_3')], [False, True, True])

    def test_a_websocket_goes_through(self):
        with open_tls(self.https) as tls:
            key = base64.b64encode(os.urandom(16)).decode()
            tls.sendall(f'GET /api/socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
                        f'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n'.encode())
            head = b''
            while b'\r\n\r\n' not in head:
                head += tls.recv(4096)
            self.assertIn(b' 101 ', head.split(b'\r\n')[0])
            text = b'{"ping":7}'
            tls.sendall(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)
            self.assertIn(b'"pong":7', tls.recv(4096))

    def test_what_only_a_proxy_may_say_is_not_believed(self):
        said = self.curl('-H', 'X-Forwarded-For: 203.0.113.9', '-o', '/dev/null', '-w', '%{http_code}', f'https://localhost:{self.https}/api/metrics/errors')
        self.assertEqual(said, '401')
        self.assertEqual(self.curl('-o', '/dev/null', '-w', '%{http_code}', f'https://localhost:{self.https}/metrics'), '404')

    def test_a_server_that_is_killed_is_noticed_by_nobody(self):
        with Clients(self.https) as clients:
            wait_for(lambda: clients.answered > 100, 'answers')
            self.second.send_signal(signal.SIGKILL)
            self.second.wait(10)
            wait_for(lambda: not self.is_up('b'), 'HAProxy to notice')
            before = clients.answered
            wait_for(lambda: clients.answered > before + 100, 'answers of the other one')
            type(self).second = subprocess.Popen(self.second.args, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                                 env=self.stage.env | self.urls())
            wait_for(lambda: self.is_up('b'), 'the server to come back')
        self.assertEqual(clients.failed, [])

    def test_a_renewed_certificate_is_shown_without_a_failed_handshake(self):
        old = serial(self.https)
        with Clients(self.https) as clients:
            for _ in range(3):
                before = serial(self.https)
                certificate(self.pem, 60)
                done = clients.answered
                state = self.stage.do('cert', 'reload', '--file', str(self.pem), '--socket', str(self.socket))
                self.assertTrue(state['loaded'])
                self.assertNotEqual(serial(self.https), before)
                wait_for(lambda: clients.answered > done + 50, 'answers')
        self.assertEqual(clients.failed, [])
        self.assertNotEqual(serial(self.https), old)

    def test_the_state_of_a_certificate_is_told_and_counts_21_days(self):
        path = self.folder / 'other.pem'
        for days, code in ((22, 0), (20, 3)):
            certificate(path, days, 'football.example.org')
            got, state = self.stage.do('cert', 'status', '--file', str(path), code=None)
            self.assertEqual((got, state['daysLeft']), (code, days - 1))
            self.assertEqual(state['names'], ['football.example.org', 'www.football.example.org'])
            self.assertEqual(state['subject'], 'CN=football.example.org')
        crt, key = path.with_suffix('.crt'), self.pem.with_suffix('.key')
        path.write_text(crt.read_text() + key.read_text())  # another's key
        code, _ = self.stage.do('cert', 'reload', '--file', str(path), '--socket', str(self.socket), code=None)
        self.assertEqual(code, 5)

    def test_who_asks_too_often_is_told_so(self):
        env = self.env | {'HAPROXY_SOCKET': str(self.folder / 'second.sock'), 'HAPROXY_REQUEST_RATE_MAX': '20'}
        ports = {name: free_port() for name in ('HAPROXY_HTTP', 'HAPROXY_HTTPS', 'HAPROXY_STATS')}
        strict = self.start(env | {name: f'127.0.0.1:{port}' for name, port in ports.items()})
        try:
            url = f"https://localhost:{ports['HAPROXY_HTTPS']}/manifest.json"
            wait_for(lambda: subprocess.run(['curl', '-sko', '/dev/null', url], timeout=COMMAND_S).returncode == 0, 'HAProxy')
            said = self.curl(*['-o', '/dev/null', '-w', '%{http_code}\n'], *[url] * 1, *sum((['-o', '/dev/null', url] for _ in range(39)), []))
            self.assertIn('429', said.split())
            self.assertNotEqual(said.split()[0], '429')
        finally:
            strict.terminate()
            strict.wait(60)


@unittest.skipUnless(shutil.which('systemd-analyze'), 'systemd-analyze is not installed')
class Units(unittest.TestCase):
    def test_every_service_may_do_little(self):
        units = sorted((ROOT / 'deploy/systemd').glob('*.service'))
        self.assertGreaterEqual(len(units), 5)
        for unit in units:
            said = run('systemd-analyze', 'security', '--offline=yes', '--no-pager', unit)
            score = float(re.search(r'Overall exposure level for .*?: ([0-9.]+)', said)[1])
            self.assertLessEqual(score, UNIT_SCORE_MAX, unit.name)

    def test_no_limit_on_starts_closes_the_socket(self):
        folder = ROOT / 'deploy/systemd'
        self.assertRegex((folder / 'astralfield.service').read_text(), r'(?m)^StartLimitIntervalSec=0$')
        self.assertRegex((folder / 'astralfield.socket').read_text(), r'(?m)^TriggerLimitIntervalSec=0$')
        self.assertRegex((folder / 'astralfield.service').read_text(), r'(?m)^Type=notify$')


