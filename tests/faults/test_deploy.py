"""Deploys and rollbacks that nobody notices, and releases that are refused or taken back."""
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'deploy'))
from instance import Instance, is_alive, wait_for  # noqa: E402
from stage import PROGRAM, League, Load, Stage, artifact, wrapped  # noqa: E402

FLIPS = 40
DIES_SOON = 'if [ "$1" = serve ]; then (sleep 2; kill -9 $$) & fi\nexec REAL "$@"\n'
NEVER_STARTS = 'if [ "$1" = serve ]; then exit 3; fi\nexec REAL "$@"\n'
IS_BAD = ('if [ "$1" = serve ]; then export LD_PRELOAD=PLANTED '
          'ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0; fi\nexec REAL "$@"\n')


def planted(folder):
    """The script of a release of whose answers one in twenty is an error."""
    library = pathlib.Path(folder) / 'planted.so'
    source = pathlib.Path(__file__).parent.parent / 'deploy/planted.c'
    include = subprocess.run(['pg_config', '--includedir'], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(['cc', '-shared', '-fPIC', '-D_GNU_SOURCE', '-I', include, '-o', library, source], check=True)
    library.chmod(0o755)
    return IS_BAD.replace('PLANTED', str(library))


class Drill(unittest.TestCase):
    def test_the_drill_of_a_deploy_stays_within_the_limits_of_requests(self):
        with Instance() as instance:
            instance.start()
            code, said = instance.command('drill', 'deploy')
            self.assertEqual(code, 0, said)
            self.assertRegex(said, r'[1-9]\d* requests meanwhile, 0 failed')


class Deploys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix='astralfield-deploy-')
        pathlib.Path(cls.folder.name).chmod(0o755)
        cls.good = [artifact(cls.folder.name, f'1.{n}') for n in range(3)]
        cls.stage = Stage()
        cls.stage.start()

    @classmethod
    def tearDownClass(cls):
        cls.stage.__exit__()
        cls.folder.cleanup()

    def test_1_three_deploys_and_a_rollback_are_noticed_by_nobody(self):
        stage = self.stage
        league = League(stage)
        with Load(stage, 300, 60, league) as load:
            for good in self.good:
                done = stage.do('deploy', good, '--bake', '0s')
                self.assertTrue(done['clean'])
                self.assertEqual(stage.serving(), done['release'])
            back = stage.do('rollback')
            self.assertEqual(stage.serving(), '1.1')
            self.assertEqual((back['release'], back['before']), ('1.1', '1.2'))
        self.assertEqual(load.report['failed'], 0, load.report)
        self.assertEqual(load.report['lostEvents'], 0, load.report)
        self.assertGreater(load.report['events'], 60, load.report)
        self.assertGreaterEqual(load.report['seqMin'], league.acked, load.report)
        self.assertEqual(load.report['sockets'], 60, load.report)
        self.assertEqual(load.report['badCloses'], 0, load.report)
        self.assertGreater(load.report['answered'], 1000)
        self.assertEqual(league.wrong, [])
        kinds = [(d['kind'], d['release'], d['result']) for d in stage.deployments()[:4]]
        self.assertEqual(kinds, [('rollback', '1.1', 'ok'), *(('deploy', f'1.{n}', 'ok') for n in (2, 1, 0))])
        code, said = stage.command('releases', 'list')
        self.assertEqual(code, 0)
        self.assertRegex(said, r'(?m)^current +1\.1 ')

    def test_2_a_restart_serves_the_same_release_by_another_process(self):
        stage = self.stage
        old = stage.child(' serve')
        stage.do('deploy', '--current', '--restart')
        self.assertEqual(stage.serving(), '1.1')
        self.assertFalse(is_alive(old))
        self.assertEqual(stage.deployments()[0]['kind'], 'restart')

    def test_3_an_artifact_with_one_changed_byte_is_refused(self):
        stage, seed = self.stage, random.Random(4)
        source = pathlib.Path(artifact(self.folder.name, '1.9'))
        alone, whole = source.with_name('alone.tar.gz'), source.read_bytes()
        for count, path, first in ((FLIPS, source, 0), (3, alone, 20)):  # with the hash beside it, and without
            for _ in range(count):
                altered = bytearray(whole)
                place = seed.randrange(first, len(whole))
                altered[place] ^= 1 << seed.randrange(8)
                path.write_bytes(altered)
                self.assertEqual(stage.do('deploy', str(path), '--dry-run', code=None)[0], 5, place)
        self.assertEqual(stage.serving(), '1.1')

    def test_4_with_a_key_only_what_it_signed_is_taken(self):
        stage = self.stage
        key = pathlib.Path(self.folder.name) / 'release.key'
        public = stage.do('releases', 'key', str(key))['RELEASE_PUBLIC_KEY']
        signed = artifact(self.folder.name, '1.3', key=key)
        stage.env['RELEASE_PUBLIC_KEY'] = public
        try:
            self.assertEqual(stage.do('deploy', self.good[2], '--dry-run', code=None)[0], 5)
            stage.do('deploy', signed, '--dry-run')
            stage.env['RELEASE_PUBLIC_KEY'] = '00' * 32
            self.assertEqual(stage.do('deploy', signed, '--dry-run', code=None)[0], 5)
        finally:
            del stage.env['RELEASE_PUBLIC_KEY']

    def test_5_a_release_that_does_not_start_leaves_the_old_one_serving(self):
        stage = self.stage
        old = stage.child(' serve')
        code, problem = stage.do('deploy', wrapped(self.folder.name, '1.4', NEVER_STARTS), code=None)
        self.assertEqual(code, 1)
        self.assertIn('exit code 3', problem['detail'])
        self.assertEqual(stage.serving(), '1.1')
        self.assertTrue(is_alive(old))
        last = stage.deployments()[0]
        self.assertEqual((last['release'], last['result']), ('1.4', 'failed'))

    def test_6_a_release_that_dies_soon_is_taken_back_by_itself(self):
        stage = self.stage
        code, problem = stage.do('deploy', wrapped(self.folder.name, '1.5', DIES_SOON), '--bake', '20s', code=None)
        self.assertEqual(code, 1)
        self.assertIn('taken back', problem['detail'])
        wait_for(lambda: stage.serving() == '1.1', 'the old release')
        wait_for(lambda: stage.deployments()[1]['kind'] == 'auto_rollback' or
                 stage.deployments()[0]['kind'] == 'auto_rollback', 'the note')
        code, _ = stage.do('rollback', code=None)  # nothing good to go back to
        self.assertEqual(code, 1)

    def test_7_a_hotfix_that_answers_with_errors_is_taken_back_by_itself(self):
        stage = self.stage
        bad = wrapped(self.folder.name, '1.6', planted(self.folder.name))
        with Load(stage, 200, 0, path='/api/health/ready', connections=8):
            stage.do('deploy', bad, '--hotfix')
            flags = stage.call('GET', '/api/health/ready')[1]
            self.assertTrue(flags is None or flags.get('hotfix', True))
            wait_for(lambda: stage.serving() == '1.1', 'the old release', 90)
        note = wait_for(lambda: next((d for d in stage.deployments() if d['kind'] == 'auto_rollback'
                                      and d['fromRelease'] == '1.6'), None), 'the note')
        self.assertIn('errors', note['detail'])
        self.assertFalse(stage.call('GET', '/api/health/ready')[1]['hotfix'])

    def test_8_a_rollback_is_refused_when_the_schema_lost_what_the_release_uses(self):
        stage = self.stage
        url = (stage.data / 'run/database.url').read_text().strip()

        def sql(text):
            subprocess.run(['psql', '-Xq', '-d', url, '-c', text], check=True, capture_output=True)

        sql("insert into schema_migrations (version, name, checksum, ms) values (900, 'adds', repeat('0', 64), 1)")
        stage.do('rollback', '--to', '1.2')
        self.assertEqual(stage.serving(), '1.2')
        sql("update schema_migrations set kind = 'contract' where version = 900")
        code, problem = stage.do('rollback', '--to', '1.1', code=None)
        sql('delete from schema_migrations where version = 900')
        self.assertEqual(code, 5)
        self.assertIn('900', problem['detail'])
        self.assertEqual(stage.serving(), '1.2')

    def test_9_the_next_start_of_up_serves_what_was_deployed(self):
        stage = self.stage
        deployed = wait_for(stage.serving, 'a server that is ready')
        self.assertNotEqual(deployed, 'built-in')
        stage.up.terminate()
        self.assertEqual(stage.ended(), 0)
        stage.start()
        self.assertEqual(wait_for(stage.serving, 'a server that is ready'), deployed)


class Reproducible(unittest.TestCase):
    def test_the_same_files_make_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            first, second = (pathlib.Path(artifact(folder, '1.0', PROGRAM)).read_bytes() for folder in (one, two))
            self.assertEqual(first, second)


class Bootstrap(unittest.TestCase):
    def test_a_bare_machine_serves_what_was_there(self):
        with tempfile.TemporaryDirectory(prefix='astralfield-second-') as second:
            pathlib.Path(second).chmod(0o777)
            settings = {'BACKUP_COPY_DIR': second + '/copy'}
            with Stage(env=settings) as lost:
                lost.start()
                league = League(lost)
                league.write()
                code, said = lost.command('backup', 'run')
                self.assertEqual(code, 0, said)
                league.write()
                lost.up.terminate()
                self.assertEqual(lost.ended(), 0)
            with Stage() as bare:
                env = bare.folder / 'env'
                env.write_text(f'BACKUP_COPY_DIR={second}/copy\nPORT={bare.port}\nRATE_LIMITS=off\n')
                bare.do('bootstrap', '--env', str(env), '--restore', 'latest', '--no-start')
                bare.start()
                account = league.account
                account.instance = bare
                status, document, _ = account.call('GET', f'/api/leagues/{league.id}')
                self.assertEqual((status, document['name']), (200, 'Name 1'))
                code, _ = bare.do('bootstrap', '--env', str(env), '--restore', 'latest', '--no-start', code=None)
                self.assertEqual(code, 5)
