"""What was acknowledged is there, once, whatever was killed while it was written."""
import collections
import os
import signal
import unittest

from instance import Instance, wait_for
from writers import Writers

KILLS = int(os.environ.get('FAULTS_KILLS', '5'))
ACKED_BETWEEN_KILLS = 20


class Writes(unittest.TestCase):
    def kill_while_writing(self, kill):
        """Kills again and again between acknowledged writes, then compares."""
        with Instance(env={'RATE_LIMITS': 'off'}) as instance:
            instance.start()
            code, said = instance.command('import', 'sample')  # leagues want a season
            self.assertEqual(code, 0, said)
            writers = Writers(instance)
            for _ in range(KILLS):
                writers.wait_acked(ACKED_BETWEEN_KILLS)
                kill(instance)
            writers.wait_acked(ACKED_BETWEEN_KILLS)
            writers.stop()
            found = writers.found()
            self.assertEqual(set(writers.acked.items()) - set(found), set(), 'acknowledged, not there')
            names = collections.Counter(name for name, _ in found)
            self.assertEqual([name for name, count in names.items() if count > 1], [], 'there twice')
            code, said = instance.command('verify', 'ledger')
            self.assertEqual(code, 0, said)

    def test_kill_9_of_the_server_loses_no_acknowledged_write(self):
        self.kill_while_writing(lambda instance: instance.kill(' serve'))

    def test_kill_9_of_postgresql_loses_no_acknowledged_write(self):
        self.kill_while_writing(lambda instance: instance.kill('bin/postgres'))

    def test_kill_9_of_one_postgresql_backend_loses_no_acknowledged_write(self):
        def kill_backend(instance):
            victim = wait_for(lambda: instance.below('postgres: astralfield'), 'a backend')
            os.kill(victim, signal.SIGKILL)

        self.kill_while_writing(kill_backend)

    def test_kill_9_of_redis_loses_no_acknowledged_write(self):
        self.kill_while_writing(lambda instance: instance.kill('redis-server'))

    def test_kill_9_of_everything_loses_no_acknowledged_write(self):
        def kill_all(instance):
            instance.look()
            instance.up.kill()
            instance.ended()
            instance.start()

        self.kill_while_writing(kill_all)
