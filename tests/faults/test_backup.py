"""Backups hold what they promise: any moment can be made again, damage is noticed, little or nothing is
lost with the disk, and what a kept backup needs is never removed.

BACKUP_RESTORES, BACKUP_FLIPS say how often; FIGURES=1 prints what was measured."""
import contextlib
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import threading
import time
import unittest

from instance import DEADLINE_S, ROOT, Instance, descendants, wait_for
from test_crash import TEAMS, SharedLeague
from writers import BUSY, JOIN_S, RETRY_S

RESTORES = int(os.environ.get('BACKUP_RESTORES', '2'))
FLIPS = int(os.environ.get('BACKUP_FLIPS', '12'))
ARCHIVE_S = int(os.environ.get('BACKUP_ARCHIVE_S', '2'))
COMMAND_S = 400  # a restore with all its checks, on a machine that has much else to do
PACE_S = 0.03  # between two writes of one writer: the machine has more to do
RPO_S = ARCHIVE_S + 10  # the machine is busy with all of this
SETTINGS = {'RATE_LIMITS': 'off', 'BACKUP_EVERY_HOURS': '8760', 'BACKUP_WAL_SECONDS': str(ARCHIVE_S)}
HISTORY = (ROOT / 'sql/queries/live/history.sql').read_text()  # what sockets resume by
HEADS = "select id, seq, encode(head_hash, 'hex') from leagues order by id"
NAMES = "select payload ->> case kind when 'league.renamed' then 'to' else 'name' end from league_events"


def figure(text):
    if os.environ.get('FIGURES'):
        print(f'      {text}', flush=True)


def call(instance, *args, env=None, data=None):
    """(exit code, standard output, standard error) of a command."""
    done = subprocess.run([instance.program, *args, '--data', str(data or instance.data)],
                          env=instance.env | (env or {}), capture_output=True, text=True, timeout=COMMAND_S)
    return done.returncode, done.stdout, done.stderr


def must(instance, *args, env=None, data=None):
    """The JSON document of a command that has to succeed."""
    code, out, err = call(instance, *args, '--json', env=env, data=data)
    assert code == 0, (args, code, out, err)
    return json.loads(out)


def rows(url, statement):
    done = subprocess.run(['psql', '-XAtq', '-F', ' ', url, '-c', statement], capture_output=True,
                          text=True, check=True, timeout=DEADLINE_S)
    return done.stdout.splitlines()


def url_of(instance):
    return (instance.data / 'run/database.url').read_text().strip()


class League(SharedLeague):
    """Renames without end; may be held still for a moment, and its server may go for ever."""

    def __init__(self, instance):
        self.gate, self.times = threading.Semaphore(TEAMS), {}
        super().__init__(instance)

    def write_one(self, change):
        while not self.is_over.is_set():
            with self.gate:
                status, document = change.send()
                if status == 200:
                    with self.lock:
                        self.acked.append(change)
                        self.times[change.body['name']] = time.time()
            if status == 200:
                self.is_over.wait(PACE_S)
                return
            if status not in BUSY and document.get('type') != '/problems/conflict':
                self.wrong.append((change.body, status, document))
                return
            time.sleep(RETRY_S)

    @contextlib.contextmanager
    def still(self):
        for _ in range(TEAMS):
            assert self.gate.acquire(timeout=JOIN_S)
        try:
            yield
        finally:
            self.gate.release(TEAMS)

    def moment(self):
        """(time, hash of the state then), while nothing is under way."""
        with self.still():
            url = url_of(self.instance)
            state = hashlib.sha256('\n'.join(rows(url, HEADS)).encode()).hexdigest()
            return rows(url, "select clock_timestamp() at time zone 'utc'")[0] + 'Z', state


def start(**env):
    instance = Instance(env=SETTINGS | env)
    try:
        instance.start()
        code, said = instance.command('import', 'sample')
        assert code == 0, said
        return instance, League(instance)
    except BaseException:
        instance.__exit__()
        raise


class Written(unittest.TestCase):
    """One instance that is written to all the time."""
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.instance, cls.league = start(**cls.settings)
        cls.addClassCleanup(cls.instance.__exit__)
        cls.addClassCleanup(cls.league.stop)
        cls.base, cls.wal = (cls.instance.data / 'backups' / name for name in ('base', 'wal'))

    def newest(self):
        """The newest backup; any will do."""
        if call(self.instance, 'backup', 'latest')[0] != 0:
            must(self.instance, 'backup', 'run')
        return must(self.instance, 'backup', 'latest')

    def segments(self, since, count):
        """At least so many archived segments since a backup."""
        def found():
            names = sorted(path for path in self.wal.iterdir()
                           if path.name.partition('.')[2] in ('gz', 'gz.enc') and len(path.stem.partition('.')[0]) == 24
                           and path.name >= since['startWal'])
            return names if len(names) >= count else None
        return wait_for(found, f'{count} segments')

    def folder(self, name):
        folder = self.instance.folder / name
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def facts(self):
        status, document, _ = self.instance.call('GET', '/api/admin/backups')
        self.assertEqual(status, 200)
        return document

    @staticmethod
    def flip(path, at, by):
        with open(path, 'r+b') as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ by]))


class Backups(Written):
    """What lies on the disk, and coming back from it."""

    def test_any_moment_can_be_restored_with_exactly_its_state(self):
        self.newest()
        moments, took = [], []
        for _ in range(RESTORES + 2):
            self.league.wait_acked(random.randrange(5, 40))
            moments.append(self.league.moment())
        for number, (at, state) in enumerate(random.sample(moments, RESTORES)):
            folder, began = self.folder(f'then-{number}'), time.monotonic()
            told = must(self.instance, 'restore', '--at', at, '--to', str(folder))
            took.append(time.monotonic() - began)
            self.assertEqual(told['restored']['stateHash'], state, at)
            self.assertLessEqual(told['restored']['events'], told['live']['events'])
        figure(f'{RESTORES} restores, state equal; {min(took):.1f} to {max(took):.1f} s each')

    def test_the_latest_state_can_be_restored_and_runs(self):
        self.newest()
        self.league.wait_acked(10)
        folder = self.folder('latest')
        with self.league.still():
            told = must(self.instance, 'restore', '--at', 'latest', '--to', str(folder))
        self.assertEqual(told['restored']['stateHash'], told['live']['stateHash'])
        with Instance(data=folder, env=SETTINGS) as other:
            other.start()
            heads = rows(url_of(other), HEADS)
            self.assertEqual(hashlib.sha256('\n'.join(heads).encode()).hexdigest(),
                             told['restored']['stateHash'])
            self.assertNotEqual(rows(url_of(other), HISTORY), rows(url_of(self.instance), HISTORY))
            self.assertEqual(other.command('verify', 'ledger')[0], 0)

    def test_a_moment_that_is_not_there_is_refused_and_says_why(self):
        self.newest()
        for at, code, words in (('2001-01-01 00:00:00Z', 1, 'no backup from before'),
                                ('2999-01-01 00:00:00Z', 2, 'future'), ('yesterday', 2, 'offset')):
            got, _, said = call(self.instance, 'restore', '--at', at, '--to', str(self.folder('never')))
            self.assertEqual((got, words in said), (code, True), said)
            self.assertFalse((self.folder('never') / 'postgres').exists())

    def test_a_running_instance_is_not_swapped(self):
        folder = self.folder('swap')
        (folder / 'postgres').mkdir(parents=True)
        (folder / 'postgres/PG_VERSION').write_text('15\n')
        code, _, said = call(self.instance, 'restore', '--swap', '--to', str(folder))
        self.assertEqual(code, 4, said)

    def test_verify_restores_and_checks_pages_migrations_ledgers_and_rows(self):
        self.newest()
        told = must(self.instance, 'backup', 'verify', '--restore')
        self.assertTrue(told['manifest'])
        self.assertTrue(told['restored']['comparedWithLive'])
        self.assertGreater(told['restored']['rowCounts']['league_events'], 0)
        self.assertGreater(told['restored']['checks'], 0)
        self.assertGreater(told['restored']['migrations'], 0)

    def test_every_flipped_byte_is_caught_and_its_file_named(self):
        newest = self.newest()
        segments = self.segments(newest, 2)
        papers = [path for path in (self.base / newest['id']).rglob('*') if path.is_file() and not path.is_symlink()]
        for _ in range(FLIPS):
            path = random.choice(random.choice([papers, segments]))
            at, flip = random.randrange(path.stat().st_size), random.randrange(1, 256)
            self.flip(path, at, flip)
            code, _, said = call(self.instance, 'backup', 'verify', '--quick')
            self.flip(path, at, flip)
            self.assertEqual(code, 1, f'{path.name} byte {at} xor {flip}: {said}')
            self.assertIn(path.name, said)
        code, _, said = call(self.instance, 'backup', 'verify')
        self.assertEqual(code, 0, said)
        figure(f'{FLIPS} flipped bytes, all caught')

    def test_a_missing_segment_is_noticed(self):
        segments = self.segments(self.newest(), 3)
        victim = segments[1]
        victim.rename(victim.with_suffix('.away'))
        code, _, said = call(self.instance, 'backup', 'verify', '--quick')
        victim.with_suffix('.away').rename(victim)
        self.assertEqual(code, 1, said)
        self.assertIn(segments[2].name, said)

    def test_a_killed_backup_leaves_no_half_backup_that_counts(self):
        self.newest()
        before = must(self.instance, 'backup', 'list')
        parts = lambda: list(self.base.glob('.new-*'))
        for _ in range(2):
            running = subprocess.Popen([self.instance.program, 'backup', 'run', '--data', str(self.instance.data)],
                                       env=self.instance.env, stdout=subprocess.DEVNULL)
            wait_for(parts, 'the beginning of a backup')
            children = descendants(running.pid)
            running.send_signal(signal.SIGKILL)
            running.wait()
            self.assertEqual(must(self.instance, 'backup', 'list'), before)
            wait_for(lambda: not any(pathlib.Path(f'/proc/{pid}').exists() for pid, _ in children),
                     'the end of pg_basebackup')
        self.assertNotEqual(parts(), [])
        must(self.instance, 'backup', 'run')
        self.assertEqual(parts(), [])

    def test_only_one_backup_runs_at_a_time(self):
        running = subprocess.Popen([self.instance.program, 'backup', 'run', '--data', str(self.instance.data)],
                                   env=self.instance.env, stdout=subprocess.DEVNULL)
        wait_for(lambda: list(self.base.glob('.new-*')), 'the beginning of a backup')
        self.assertEqual(call(self.instance, 'backup', 'run')[0], 4)
        self.assertEqual(running.wait(DEADLINE_S), 0)

    def test_two_backups_within_a_second_are_two(self):
        ids = [must(self.instance, 'backup', 'run')['id'] for _ in range(3)]
        self.assertEqual(sorted(set(ids)), ids)

    def test_retention_keeps_all_that_a_kept_backup_needs(self):
        for _ in range(3):
            self.league.wait_acked(3)
            must(self.instance, 'backup', 'run')
        every = must(self.instance, 'backup', 'list')
        files = sorted(path.name for path in self.wal.glob('*.gz*'))  # and none that is being written
        told = must(self.instance, 'backup', 'prune', '--keep', '2', '--dry-run')
        self.assertEqual(told['backups'], len(every) - 2)
        self.assertEqual(len(must(self.instance, 'backup', 'list')), len(every))
        must(self.instance, 'backup', 'prune', '--keep', '2')
        kept = must(self.instance, 'backup', 'list')
        self.assertEqual(kept, every[-2:])
        left = {path.name for path in self.wal.glob('*.gz*')}
        self.assertEqual({name for name in files if name >= kept[0]['startWal']} - left, set())
        self.assertLess(min(files), kept[0]['startWal'])
        self.assertGreaterEqual(min(left), kept[0]['startWal'])
        code, _, said = call(self.instance, 'backup', 'verify', kept[0]['id'])
        self.assertEqual(code, 0, said)
        told = must(self.instance, 'restore', '--id', kept[0]['id'], '--at', 'latest', '--to',
                    str(self.folder('oldest')))
        self.assertGreaterEqual(told['restored']['events'], told['live']['events'])


@unittest.skipUnless(shutil.which('pgbackrest'), 'pgbackrest is not installed')
class PgBackRest(Backups):
    """The same with the second engine, encrypted. BACKUP_ENGINES=all: also what hardly knows of engines."""
    if os.environ.get('BACKUP_ENGINES') != 'all':
        test_the_latest_state_can_be_restored_and_runs = test_a_running_instance_is_not_swapped = None
        test_a_moment_that_is_not_there_is_refused_and_says_why = test_two_backups_within_a_second_are_two = None

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(scratch())
        key = folder / 'key'
        key.write_text(random.randbytes(32).hex() + '\n')
        key.chmod(0o644)
        cls.settings = {'BACKUP_ENGINE': 'pgbackrest', 'BACKUP_KEY_FILE': str(key)}
        super().setUpClass()
        newest = must(cls.instance, 'backup', 'run')
        assert (newest['engine'], newest['encrypted']) == ('pgbackrest', True), newest


class Duties(Written):
    """What is told, exercised and tidied while it runs."""

    @contextlib.contextmanager
    def lock_waits(self):
        """How long anybody waited for a table's lock meanwhile, by looking without a pause."""
        found, is_over = {'longest_ms': 0, 'looks': 0}, threading.Event()
        query = ("select coalesce(max(extract(epoch from clock_timestamp() - l.waitstart) * 1000), 0)::bigint "
                 "from pg_locks l where not l.granted and l.locktype = 'relation'")

        def look():
            args = ['psql', '-XAtq', url_of(self.instance)]
            with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as psql:
                while not is_over.is_set():
                    psql.stdin.write(query + ';\n')
                    psql.stdin.flush()
                    found['longest_ms'] = max(found['longest_ms'], int(psql.stdout.readline()))
                    found['looks'] += 1
                    is_over.wait(0.01)
                psql.stdin.close()

        looker = threading.Thread(target=look, daemon=True)
        looker.start()
        try:
            yield found
        finally:
            is_over.set()
            looker.join(JOIN_S)

    def test_what_backups_are_like_is_known_to_the_servers_and_one_can_be_asked_for(self):
        before = self.newest()
        must(self.instance, 'backup', 'verify', '--quick')
        seen = self.facts()
        ours = next(one for one in seen['backups'] if one['id'] == before['id'])
        self.assertEqual((ours['verified'], ours['checksum']), (True, before['sha256']))
        wait_for(lambda: {'archive_lag_seconds', 'restorable_until'} <= set(self.facts()['facts']), 'figures of the archive')
        values = {name: fact['value'] for name, fact in self.facts()['facts'].items()}
        self.assertLess(values['archive_lag_seconds'], 60)
        self.assertLess(abs(time.time() - values['restorable_until']), 60)
        self.assertLess(abs(time.time() - values['backup_verified_at']), 60)
        self.assertNotIn('second_place_lost', values)
        status, asked, _ = self.instance.call('POST', '/api/admin/backup')
        self.assertEqual((status, asked['isNew']), (202, True))
        wait_for(lambda: self.facts()['job']['state'] == 'done', 'the backup that was asked for')
        after = wait_for(lambda: [one for one in self.facts()['backups'] if one['id'] > before['id']], 'its row')
        self.assertEqual(after[0]['id'], must(self.instance, 'backup', 'latest')['id'])
        self.assertGreater(self.facts()['facts']['backup_last_at']['value'], values['backup_last_at'])

    def test_drills_restore_look_measure_and_are_kept(self):
        self.newest()
        report = self.folder('reports') / 'restore.md'
        report.parent.mkdir()
        restore = must(self.instance, 'drill', 'restore', '--report', str(report))
        full = must(self.instance, 'drill', 'full')
        self.assertEqual((restore['passed'], full['passed']), (True, True))
        self.assertEqual([step['name'] for step in full['steps']], ['find', 'restore', 'start', 'verify', 'compare'])
        self.assertLess(restore['figures']['recoverySeconds']['value'], 900)
        self.assertIn('| restore | ok |', report.read_text())
        self.assertIn('Drill: full', pathlib.Path(full['report']).read_text())
        kept = must(self.instance, 'drill', 'list', '--last', '2')
        self.assertEqual([(one['kind'], one['passed']) for one in kept], [('full', True), ('restore', True)])
        self.assertEqual(must(self.instance, 'drill', 'show', str(kept[1]['id']))['report'], report.read_text())
        self.assertEqual(self.facts()['facts']['drill_failed']['value'], 0)
        ours = self.facts()['backups'][0]
        self.assertEqual((ours['verified'], 'restored' in ours['verification']), (True, True))
        self.assertEqual([path for path in (self.instance.data / 'backups').iterdir() if path.name.startswith('.verify')], [])
        home = self.instance.data / 'home'
        folder = home.resolve() if home.exists() else self.instance.data
        self.assertEqual(list(folder.glob('astralfield-*')), [])

    def test_a_drill_on_a_damaged_backup_fails_and_says_so_to_the_servers(self):
        newest = self.newest()
        path = self.base / newest['id'] / 'base.tar.gz'
        self.flip(path, 1000, 1)
        code, out, said = call(self.instance, 'drill', 'restore', '--json')
        self.flip(path, 1000, 1)
        told = json.loads(out)
        self.assertEqual((code, told['passed']), (1, False), said)
        self.assertIn('base.tar.gz', told['failure'])
        self.assertEqual(self.facts()['facts']['drill_failed']['value'], 1)
        self.assertIs(self.facts()['backups'][0]['verified'], False)
        must(self.instance, 'drill', 'restore')

    def test_a_dump_is_read_by_pg_restore_and_has_the_name_that_runbooks_type(self):
        told = must(self.instance, 'backup', 'dump')
        listed = subprocess.run(['pg_restore', '--list', told['latest']], capture_output=True, text=True, timeout=DEADLINE_S)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn('TABLE DATA public league_events', listed.stdout)
        here = self.folder('dumps')
        here.mkdir()
        must(self.instance, 'backup', 'dump', '--sql', '--to', str(here / 'all.sql'))
        self.assertIn('COPY public.league_events', (here / 'all.sql').read_text())

    def test_the_old_names_of_statement_statistics_work_as_the_runbook_types_them(self):
        found = rows(url_of(self.instance), 'SELECT calls, total_time, mean_time, min_time, max_time, query '
                     'FROM pg_stat_statements WHERE calls > 1 ORDER BY mean_time DESC LIMIT 10')
        self.assertGreater(len(found), 0)

    def test_the_database_commands_answer_and_maintain_vacuums_what_needs_it(self):
        self.assertEqual(must(self.instance, 'db', 'status')['checksumFailures'], 0)
        self.assertGreater(len(must(self.instance, 'db', 'slow')), 0)
        self.assertIn('league_events', [table['table'] for table in must(self.instance, 'db', 'size')])
        self.league.wait_acked(100)
        with self.lock_waits() as waits:
            must(self.instance, 'db', 'maintain')
        self.assertLess(waits['longest_ms'], 100, 'a wait for a lock while tables are maintained')
        figure(f"db maintain: the longest wait for a lock {waits['longest_ms']} ms in {waits['looks']} looks")
        with self.league.still():
            wanting = lambda: {table['table'] for table in must(self.instance, 'db', 'maintain', '--dry-run')}
            wait_for(lambda: must(self.instance, 'db', 'maintain') == [] or not wanting(), 'a tidy database')


class Disaster(unittest.TestCase):
    """One instance with a second place, everything encrypted."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(scratch())
        key = folder / 'key'
        key.write_text(random.randbytes(32).hex() + '\n')
        key.chmod(0o644)
        cls.instance, cls.league = start(BACKUP_COPY_DIR=str(folder / 'copy'), BACKUP_KEY_FILE=str(key))
        cls.addClassCleanup(cls.instance.__exit__)
        cls.addClassCleanup(cls.league.stop)

    def in_step(self, times=1):
        wait_for(lambda: self.instance.said().count('before it is acknowledged') >= times, 'in step')

    def is_lost(self):
        facts = self.instance.call('GET', '/api/admin/backups')[1]['facts']
        return facts.get('second_place_lost', {'value': None})['value']

    def test_a_second_place_that_stands_still_stops_nobody_for_long(self):
        self.in_step()
        times = self.instance.said().count('before it is acknowledged')
        os.kill(self.instance.child('pg_receivewal')[0], signal.SIGSTOP)
        began = time.monotonic()
        wait_for(lambda: 'changes go on without it' in self.instance.said(), 'going on without it', 30)
        self.league.wait_acked(20)
        wait_for(lambda: self.is_lost() == 1, 'the fact that it is lost', 10)
        figure(f'a second place that stands still: {time.monotonic() - began:.1f} s')
        self.in_step(times + 1)
        self.league.wait_acked(20)
        wait_for(lambda: self.is_lost() == 0, 'the fact that it is back')

    def test_a_second_place_whose_disk_is_not_mounted_is_not_written_to(self):
        self.in_step()
        copy, away = (pathlib.Path(self.instance.env['BACKUP_COPY_DIR'] + end) for end in ('', '.away'))
        times = self.instance.said().count('before it is acknowledged')
        copy.rename(away)  # as a disk that goes: the folder it was mounted on is there and empty
        copy.mkdir()
        os.kill(self.instance.child('pg_receivewal')[0], signal.SIGKILL)
        wait_for(lambda: self.is_lost() == 1, 'the fact that it is lost', 15)
        self.league.wait_acked(20)
        must(self.instance, 'backup', 'run')
        wait_for(lambda: 'is its disk mounted' in self.instance.said(), 'the reason')
        self.assertEqual(list(copy.iterdir()), [])
        copy.rmdir()
        away.rename(copy)
        self.in_step(times + 1)
        wait_for(lambda: self.is_lost() == 0, 'the fact that it is back', 15)
        must(self.instance, 'backup', 'run')
        code, _, said = call(self.instance, 'backup', 'verify', '--quick')
        self.assertEqual(code, 0, said)

    def test_with_the_disk_gone_the_archive_loses_little_and_the_second_place_nothing(self):
        instance, league = self.instance, self.league
        must(instance, 'backup', 'run')
        self.in_step()
        wait_for(lambda: len(list((instance.data / 'backups/wal').iterdir())) > 3, 'WAL in the archive')
        league.wait_acked(100)
        instance.look()
        instance.up.kill()
        lost_at = time.time()
        instance.ended()
        instance.all_gone()
        league.stop()
        shutil.rmtree(instance.data / 'postgres')
        self.archive_alone(instance, league, lost_at)
        shutil.rmtree(instance.data)  # the whole disk
        instance.data.mkdir()
        self.second_place(instance, league)
        self.put_in_place(instance, league)

    def lost(self, instance, league, folder):
        """Acknowledged names that the restored database does not have."""
        with Instance(data=folder, env=SETTINGS) as restored:
            restored.start()
            have = set(rows(url_of(restored), NAMES))
            self.assertEqual(restored.command('verify', 'ledger')[0], 0)
        return [name for name in league.times if name not in have]

    def archive_alone(self, instance, league, lost_at):
        folder, began = instance.folder / 'alone', time.monotonic()
        other = {'BACKUP_KEY_FILE': ''}
        self.assertEqual(call(instance, 'backup', 'verify', '--quick', env=other)[0], 1, 'without the key')
        must(instance, 'restore', '--at', 'latest', '--to', str(folder), env={'BACKUP_COPY_DIR': ''})
        took, lost = time.monotonic() - began, self.lost(instance, league, folder)
        rpo = max((lost_at - league.times[name] for name in lost), default=0)
        figure(f'archive alone ({ARCHIVE_S} s): {len(lost)} of {len(league.times)} lost, RPO {rpo:.1f} s, {took:.1f} s')
        self.assertLess(rpo, RPO_S)

    def second_place(self, instance, league):
        folder, began = instance.folder / 'copy', time.monotonic()
        must(instance, 'restore', '--at', 'latest', '--to', str(folder))
        took, lost = time.monotonic() - began, self.lost(instance, league, folder)
        figure(f'second place: {len(lost)} of {len(league.times)} lost, {took:.1f} s')
        self.assertEqual(lost, [])

    def put_in_place(self, instance, league):
        folder = instance.folder / 'again'
        must(instance, 'restore', '--at', 'latest', '--to', str(folder))
        code, _, said = call(instance, 'restore', '--swap', '--to', str(folder))
        self.assertEqual(code, 0, said)
        instance.start()
        self.assertEqual(set(league.times) - set(rows(url_of(instance), NAMES)), set())
        wait_for(lambda: 'before it is acknowledged' in instance.said(), 'the second place in step again')
        must(instance, 'backup', 'run')
        code, _, said = call(instance, 'backup', 'verify')
        self.assertEqual(code, 0, said)


@contextlib.contextmanager
def scratch():
    holder = Instance()
    try:
        yield holder.folder
    finally:
        holder.__exit__()


if __name__ == '__main__':
    unittest.main()
