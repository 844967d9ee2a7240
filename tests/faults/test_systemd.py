"""The units of deploy/systemd under a real systemd: one of its own, in namespaces, with a copy of /etc and an
empty /var/lib. Needs root and a control group of its own; is skipped, and says so, without."""
import http.client
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'deploy'))
from askers import Askers  # noqa: E402
from instance import ROOT, free_port, wait_for  # noqa: E402
from stage import PROGRAM, artifact, wrapped  # noqa: E402

SYSTEMD = '/usr/lib/systemd/systemd'
DATA = '/var/lib/astralfield'
UNIT = 'astralfield.service'
BOOT_S, COMMAND_S, CALLERS, KILLS, RESTARTS, ANSWERED_S = 20, 120, 4, 3, 10, 15
NEVER_STARTS = 'if [ "$1" = serve ]; then exit 3; fi\nexec /run/stage/astralfield "$@"\n'

# What systemd itself brings and the units stand on; the machine's own services stay out.
TARGETS = ('sysinit basic sockets multi-user shutdown network timers paths slices local-fs swap umount final '
           'exit').split()
GROUP = r'''
while IFS=: read -r _ kind path; do
    case $kind in
    '') base=/sys/fs/cgroup; if [ -d $base/unified ]; then base=$base/unified; fi ;;
    name=systemd) base=/sys/fs/cgroup/systemd ;;
    *) continue ;;
    esac
    mkdir "$base$path/$1" && echo "$base$path/$1" && echo $$ >"$base$path/$1/cgroup.procs" || exit 9
done </proc/self/cgroup
shift
exec unshare --pid --mount --uts --ipc --cgroup --fork --kill-child --mount-proc -- "$@"
'''
BOOT = r'''
set -e
mount -t tmpfs tmpfs /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /run
mkdir -p /run/lock /run/stage /run/postgresql-test /run/etc /run/units
mount --bind "$1" /run/stage
mount --bind "$2" /run/postgresql-test
cp -a /etc/. /run/etc && rm -rf /run/etc/init.d /run/etc/rc?.d /run/etc/systemd/system
mkdir -p /run/etc/systemd/system /run/etc/astralfield
cp "$3"/*.service "$3"/*.socket "$3"/*.timer /run/etc/systemd/system
sed -i "s/127.0.0.1:3007/127.0.0.1:$4/" /run/etc/systemd/system/*
cp "$1/env" /run/etc/astralfield/env
mount --bind /run/etc /etc
for name in TARGETS; do cp /usr/lib/systemd/system/$name.target /run/units; done
mount --bind /run/units /usr/lib/systemd/system
for folder in /var/lib /var/log /opt /tmp; do mount -t tmpfs -o mode=755 tmpfs $folder; done
chmod 1777 /tmp
exec env -i PATH="$PATH" container=test SYSTEMD --system --unit=multi-user.target --log-target=console
'''.replace('TARGETS', ' '.join(TARGETS)).replace('SYSTEMD', SYSTEMD)


class Callers(Askers):
    """A connection for each request."""

    def __init__(self, port):
        super().__init__(CALLERS)
        self.port = port

    def ask(self):
        self.note(status_of(self.port))


def status_of(port):
    caller = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    caller.request('GET', '/api/health')
    reply = caller.getresponse()
    reply.read()
    caller.close()
    return reply.status


class UnderSystemd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0 or not pathlib.Path(SYSTEMD).exists():
            raise unittest.SkipTest('needs root and systemd')
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='astralfield-systemd-'))
        cls.folder.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.start_database()
        cls.start_redis()
        shutil.copy(PROGRAM, cls.folder / 'astralfield')
        cls.good = [artifact(cls.folder, name) for name in ('one', 'two')]
        cls.sick = wrapped(cls.folder, 'sick', NEVER_STARTS)
        cls.port = free_port()  # the network is the machine's
        cls.boot()

    @classmethod
    def start_database(cls):
        holder = subprocess.Popen([ROOT / 'tests/lib/with-cluster', 'sh', '-c', 'echo "$ASTRALFIELD_TEST_DB"; cat'],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(holder.communicate)
        url = holder.stdout.readline().strip()
        cls.database = pathlib.Path(re.search(r'host=(\S+)', url)[1])
        cls.database.chmod(0o711)
        cls.url = url.replace(str(cls.database), '/run/postgresql-test')
        (cls.folder / 'env').write_text(f'DATABASE_URL={cls.url}\nREDIS_URL=unix:/run/stage/redis.sock\n'
                                        f'WALRECV_URL={cls.url}\nRATE_LIMITS=off\nASAN_OPTIONS=detect_leaks=0\n')

    @classmethod
    def start_redis(cls):
        redis = subprocess.Popen(['redis-server', '--port', '0', '--unixsocket', cls.folder / 'redis.sock',
                                  '--unixsocketperm', '777', '--save', '', '--dir', cls.folder],
                                 stdout=subprocess.DEVNULL)
        cls.addClassCleanup(redis.wait)
        cls.addClassCleanup(redis.terminate)

    @classmethod
    def boot(cls):
        log = open(cls.folder / 'boot.log', 'w')
        outer = subprocess.Popen(['sh', '-c', GROUP, 'sh', cls.folder.name, 'sh', '-c', BOOT, 'sh', cls.folder,
                                  cls.database, ROOT / 'deploy/systemd', str(cls.port)], stdout=log, stderr=log,
                                 stdin=subprocess.DEVNULL)
        cls.addClassCleanup(cls.end, outer)
        children = pathlib.Path(f'/proc/{outer.pid}/task/{outer.pid}/children')
        deadline = time.monotonic() + BOOT_S
        while True:
            if outer.poll() is not None or time.monotonic() > deadline:
                raise unittest.SkipTest('no systemd can be started here: ' + cls.booted().strip().replace('\n', '; ')[-300:])
            cls.pid = (children.read_text().split() or [None])[0]
            if cls.pid and cls.inside('systemctl', 'is-system-running')[1].strip() in ('running', 'degraded'):
                return
            time.sleep(0.1)

    @classmethod
    def booted(cls):
        return (cls.folder / 'boot.log').read_text(errors='replace')

    @classmethod
    def end(cls, outer):
        with_children = pathlib.Path(f'/proc/{outer.pid}/task/{outer.pid}/children')
        inner = with_children.read_text().split() if with_children.exists() else []
        for pid in map(int, inner):
            os.kill(pid, signal.SIGKILL)  # and with it everything in its name space
        outer.kill()
        outer.wait()
        for line in cls.booted().splitlines():
            if line.startswith('/sys/fs/cgroup/') and line.endswith(cls.folder.name):
                wait_for(lambda line=line: not (pathlib.Path(line) / 'cgroup.procs').read_text().strip(), f'the end of {line}', 10)
                for group in sorted(pathlib.Path(line).rglob('*/'), reverse=True):
                    group.rmdir()
                pathlib.Path(line).rmdir()

    @classmethod
    def inside(cls, *command):
        done = subprocess.run(['nsenter', '-t', cls.pid, '-p', '-m', '-u', '-i', '-C', '--', *command], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              env=os.environ | {'DATABASE_URL': cls.url}, timeout=COMMAND_S)
        return done.returncode, done.stdout

    def inside_good(self, *command):
        code, said = self.inside(*command)
        self.assertEqual(code, 0, said)
        return said

    def deploys(self, verb, *arguments):
        return self.inside('/run/stage/astralfield', verb, *arguments, '--data', DATA, '--unit', UNIT)

    def deploy(self, path):
        return self.deploys('deploy', f'/run/stage/{pathlib.Path(path).name}', '--bake', '1s')

    def release(self):
        with urllib.request.urlopen(f'http://127.0.0.1:{self.port}/api/health', timeout=30) as reply:
            return re.search(rb'"release":"(\w+)"', reply.read())[1].decode()

    def check_unnoticed(self, callers):
        self.assertEqual(callers.failed, [])
        self.assertGreater(callers.answered, 0)

    def test_1_the_first_release_makes_a_new_machine_serve(self):
        self.inside_good('systemctl', 'enable', '--now', 'astralfield.socket')
        code, said = self.deploy(self.good[0])
        self.assertEqual(code, 0, said)
        self.assertEqual(self.release(), 'one')

    def test_2_nothing_is_refused_while_releases_change(self):
        with Callers(self.port) as callers:
            code, said = self.deploy(self.good[1])
            self.assertEqual((code, self.release()), (0, 'two'), said)
            code, said = self.deploys('rollback')
            self.assertEqual((code, self.release()), (0, 'one'), said)
        self.check_unnoticed(callers)

    def test_3_a_release_that_does_not_start_is_taken_back(self):
        code, said = self.deploy(self.sick)
        self.assertEqual(code, 1, said)
        self.assertIn('back to release one: it serves', said)
        self.assertEqual(self.release(), 'one')

    def test_4_many_starts_do_not_close_the_socket_and_nothing_is_refused(self):
        with Callers(self.port) as callers:
            for _ in range(RESTARTS):
                self.inside_good('systemctl', 'restart', UNIT)
        self.check_unnoticed(callers)

    def test_5_a_killed_server_is_back_and_what_connects_meanwhile_waits(self):
        for _ in range(KILLS):
            old = self.inside_good('systemctl', 'show', '-P', 'MainPID', UNIT)
            self.inside_good('systemctl', 'kill', '-s', 'KILL', UNIT)
            self.assertEqual(self.release(), 'one')
            self.assertNotEqual(self.inside_good('systemctl', 'show', '-P', 'MainPID', UNIT), old)
        self.assertEqual(self.inside_good('systemctl', 'is-active', 'astralfield.socket').strip(), 'active')

    def test_6_who_calls_while_the_database_is_away_hears_so(self):
        self.database.chmod(0o700)
        try:
            self.inside_good('systemctl', 'kill', '-s', 'KILL', UNIT)
            began = time.monotonic()
            self.assertEqual(status_of(self.port), 503)
            self.assertLess(time.monotonic() - began, ANSWERED_S)
        finally:
            self.database.chmod(0o711)
        wait_for(lambda: status_of(self.port) == 200, 'the database', 30)

    def test_7_every_other_unit_does_its_work(self):
        for unit in ('backup', 'drill', 'report', 'statuspage'):
            self.inside_good('systemctl', 'start', f'astralfield-{unit}.service')
        self.inside_good('test', '-s', f'{DATA}/status/index.html')
        self.inside_good('systemctl', 'start', 'astralfield-walrecv.service')
        wait_for(lambda: self.inside('sh', '-c', 'ls /var/lib/astralfield-wal/*.partial')[0] == 0, 'the WAL', 20)
        self.assertEqual(self.inside_good('systemctl', 'is-active', 'astralfield-walrecv.service').strip(), 'active')


if __name__ == '__main__':
    unittest.main()
