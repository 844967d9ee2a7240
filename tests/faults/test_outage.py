"""What users see while something that the server stands on is gone: how requests are answered, how fast, and how
long after its return everything works again. Nothing that was acknowledged is lost. The table is printed."""
import collections
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from instance import Instance, wait_for
from test_crash import SharedLeague

LASTS_S = float(os.environ.get('FAULTS_OUTAGE_S', '2'))  # how long each outage is watched
RETRY_AFTER_S = 2
SLOWEST_S = 6  # of an answer that says no; the machine is busy with all of this
BACK_S = 60
FAKETIME = pathlib.Path('/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1')
NO_BACKUPS = {'RATE_LIMITS': 'off', 'BACKUP_EVERY_HOURS': '0'}


def web():
    """A page to serve, whether the web client was built or not."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix='astralfield-web-'))
    folder.chmod(0o755)
    (folder / 'index.html').write_text('<!doctype html><title>AstralField</title>')
    return folder


class Watch:
    """Asks the same things in turn and notes each answer's status and time."""

    def __init__(self, league):
        self.instance, self.account = league.instance, league.accounts[0]
        self.asks = {
            'page': ('GET', '/', None), 'public list': ('GET', '/api/leagues', None),
            'own league': ('GET', f'/api/leagues/{league.id}', None), 'who am I': ('GET', '/api/auth/me', None),
            'a change': ('PATCH', f'/api/leagues/{league.id}', {}),
            'health': ('GET', '/api/health', None), 'espn': ('GET', '/api/espn/health', None)}
        self.seen = collections.defaultdict(collections.Counter)
        self.slowest = collections.Counter()
        self.impatient = []

    def ask(self, name):
        method, path, body = self.asks[name]
        if body is not None:  # the same name again would change nothing
            body = {'name': f'Watched {self.seen[name].total()}'}
        began = time.monotonic()
        try:
            status, _, headers = self.account.call(method, path, body)
        except OSError:
            status, headers = 0, {}
        self.slowest[name] = max(self.slowest[name], time.monotonic() - began)
        self.seen[name][status] += 1
        if status == 503 and not 0 < int(headers.get('Retry-After') or 0) <= RETRY_AFTER_S:
            self.impatient.append((name, headers.get('Retry-After')))
        return status

    def during(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for name in self.asks:
                self.ask(name)
            time.sleep(0.02)
        return self

    def back(self):
        """Seconds until a change is taken again."""
        began = time.monotonic()
        wait_for(lambda: self.ask('a change') == 200, 'a change is taken', BACK_S)
        return time.monotonic() - began

    def table(self, what, back_s):
        lines = [f'      {what}: works again {back_s:.1f} s after']
        for name in self.asks:
            answers = ', '.join(f'{status or "no answer"} x{count}' for status, count in sorted(self.seen[name].items()))
            lines.append(f'        {name:<12} {answers:<32} slowest {self.slowest[name] * 1000:6.0f} ms')
        print('\n'.join(lines), flush=True)


class Outage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        pages = web()
        cls.addClassCleanup(shutil.rmtree, pages)
        cls.instance = Instance(env=NO_BACKUPS | {'WEB_DIR': str(pages)})
        cls.addClassCleanup(cls.instance.__exit__)
        cls.instance.start()
        code, said = cls.instance.command('import', 'sample')
        assert code == 0, said
        cls.league = SharedLeague(cls.instance)
        cls.addClassCleanup(cls.league.stop)
        cls.league.wait_acked(20)

    def check_all_is_there(self):
        self.league.wait_acked(8)
        code, said = self.instance.command('verify', 'ledger')
        self.assertEqual(code, 0, said)
        acked = [change.body['name'] for change in list(self.league.acked)]
        have = {change['payload'].get('to') or change['payload'].get('name') for change in self.league.events()}
        self.assertEqual([name for name in acked if name not in have], [])

    def test_without_redis_people_stay_signed_in_and_everything_works(self):
        watch, redis = Watch(self.league), self.instance.child('redis-server')
        os.kill(redis[0], signal.SIGSTOP)  # it hangs, which is worse than being gone
        try:
            watch.during(LASTS_S)
        finally:
            os.kill(redis[0], signal.SIGCONT)
        back = watch.back()
        self.instance.kill('redis-server')
        watch.during(LASTS_S / 2)
        watch.table('Redis hangs, then is killed', back)
        for name in ('page', 'public list', 'own league', 'who am I', 'a change', 'health'):
            self.assertEqual(set(watch.seen[name]), {200}, (name, watch.seen[name]))
        self.check_all_is_there()

    def test_without_postgresql_pages_stand_and_the_rest_says_when_to_come_back(self):
        watch, home = Watch(self.league), (self.instance.data / 'home')
        version = (home.resolve() if home.exists() else self.instance.data) / 'postgres/PG_VERSION'
        version.rename(version.with_suffix('.away'))  # it cannot start again
        old = self.instance.child('bin/postgres')
        os.kill(old[0], signal.SIGKILL)
        try:
            wait_for(lambda: watch.ask('a change') != 200, 'the outage')
            watch.during(LASTS_S)
        finally:
            version.with_suffix('.away').rename(version)
        back = watch.back()
        watch.table('PostgreSQL is gone', back)
        self.assertEqual(set(watch.seen['page']), {200})
        self.assertEqual(watch.impatient, [])
        for name in watch.asks:
            self.assertLessEqual(set(watch.seen[name]), {200, 503}, name)
            self.assertLess(watch.slowest[name], SLOWEST_S, name)
        self.assertGreater(watch.seen['a change'][503], 0)
        self.check_all_is_there()

    def test_without_espn_its_health_says_so_at_once_and_nothing_else_changes(self):
        watch = Watch(self.league)
        watch.during(LASTS_S)
        watch.table('ESPN cannot be reached (no way out of here)', watch.back())
        for name in watch.asks:
            self.assertEqual(set(watch.seen[name]), {200}, name)
        status, document, _ = self.instance.call('GET', '/api/espn/health')
        self.assertEqual(status, 200)
        self.assertNotEqual(document['status'], 'available')


class DiskFull(unittest.TestCase):
    def test_a_full_disk_loses_nothing_and_is_over_when_there_is_room_again(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='astralfield-full-'))
        folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=400m,mode=755', 'tmpfs', str(folder)], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest('no small file system can be mounted here')
        self.addCleanup(subprocess.run, ['umount', '-l', str(folder)])
        pages = web()
        self.addCleanup(shutil.rmtree, pages)
        with Instance(data=folder / 'data', env=NO_BACKUPS | {'WEB_DIR': str(pages)}) as instance:
            instance.start()
            code, said = instance.command('import', 'sample')
            self.assertEqual(code, 0, said)
            league = SharedLeague(instance)
            league.wait_acked(20)
            watch = Watch(league)
            ballast = folder / 'ballast'
            with contextlib.suppress(OSError), open(ballast, 'wb', buffering=0) as file:
                while True:
                    file.write(bytes(1 << 16))
            with contextlib.suppress(OSError), open(folder / 'ballast2', 'wb', buffering=0) as file:
                while True:
                    file.write(b'x')
            self.use_up_wal(instance)
            watch.during(max(LASTS_S, 3))
            ballast.unlink()
            (folder / 'ballast2').unlink()
            back = watch.back()
            watch.table('The disk is full', back)
            for name in watch.asks:
                self.assertLessEqual(set(watch.seen[name]), {200, 503}, (name, watch.seen[name]))
            self.assertGreater(watch.seen['a change'][503], 0, 'the full disk was felt')
            self.assertEqual(watch.impatient, [])
            league.wait_acked(8)
            league.stop()
            have = {change['payload'].get('to') or change['payload'].get('name') for change in league.events()}
            self.assertEqual([change.body['name'] for change in league.acked if change.body['name'] not in have], [])
            code, said = instance.command('verify', 'ledger')
            self.assertEqual(code, 0, said)


    @staticmethod
    def use_up_wal(instance):
        """Segments that were made before the disk was full are no help any more."""
        url = (instance.data / 'run/database.url').read_text().strip().replace('user=astralfield', 'user=postgres')
        step = ['psql', '-XAtq', url, '-c', 'create temporary table t (a int); select txid_current(), pg_switch_wal()']
        wait_for(lambda: subprocess.run(step, capture_output=True).returncode != 0, 'a full disk')


class ClockJump(unittest.TestCase):
    """The wall clock of server and PostgreSQL moves by an hour; Redis's allocator does not go with faketime."""

    def setUp(self):
        if not FAKETIME.exists():
            self.skipTest('faketime is not installed')

    @contextlib.contextmanager
    def instance(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='astralfield-clock-'))
        folder.chmod(0o755)
        redis = subprocess.Popen(['redis-server', '--port', '0', '--unixsocket', str(folder / 'redis.sock'), '--unixsocketperm', '777', '--save', ''],
                                 cwd=folder, stdout=subprocess.DEVNULL)
        self.offset = folder / 'offset'
        self.jump(0)
        env = NO_BACKUPS | {
            'REDIS_URL': f'unix:{folder}/redis.sock', 'LD_PRELOAD': str(FAKETIME), 'FAKETIME_TIMESTAMP_FILE': str(self.offset),
            'FAKETIME_CACHE_DURATION': '1', 'FAKETIME_DONT_FAKE_MONOTONIC': '1', 'ASAN_OPTIONS': 'verify_asan_link_order=0'}
        try:
            wait_for((folder / 'redis.sock').exists, 'Redis')
            with Instance(env=env) as instance:
                # REDIS_URL is kept out of an instance's environment by default.
                instance.env['REDIS_URL'] = env['REDIS_URL']
                yield instance.start()
        finally:
            redis.terminate()
            redis.wait()
            shutil.rmtree(folder, ignore_errors=True)

    def jump(self, seconds):
        fresh = self.offset.with_suffix('.new')
        fresh.write_text(f'{seconds:+d}\n')
        fresh.chmod(0o644)
        fresh.rename(self.offset)

    def test_a_clock_that_jumps_an_hour_keeps_sign_ins_ledgers_and_order(self):
        with self.instance() as instance:
            code, said = instance.command('import', 'sample')
            self.assertEqual(code, 0, said)
            league = SharedLeague(instance)
            league.wait_acked(10)
            server = instance.child(' serve')
            for seconds in (3600, -3600, 0):
                self.jump(seconds)
                began = time.time()
                wait_for(lambda: abs(self.now_of(instance) - (began + seconds)) < 60, 'the jump')
                league.wait_acked(20)
                status, _, _ = league.accounts[0].call('GET', '/api/auth/me')
                self.assertEqual(status, 200, 'signed in')
                self.assertEqual(instance.health(), 200)
            league.stop()
            self.assertEqual(instance.child(' serve'), server, 'the server was not started again')
            events = league.events()
            self.assertEqual([event['seq'] for event in events], list(range(1, len(events) + 1)))
            code, said = instance.command('verify', 'ledger')
            self.assertEqual(code, 0, said)
            print(f'      the clock an hour on, two back, one on: {len(league.acked)} changes, all signed in, ledgers hold', flush=True)

    @staticmethod
    def now_of(instance):
        url = (instance.data / 'run/database.url').read_text().strip()
        done = subprocess.run(['psql', '-XAtq', url, '-c', 'select extract(epoch from clock_timestamp())'], capture_output=True, text=True, check=True)
        return float(done.stdout)


if __name__ == '__main__':
    unittest.main()
