"""`astralfield up` refuses, recovers, restarts and stops as it promises."""
import os
import pathlib
import pwd
import re
import signal
import socket
import time
import unittest

from instance import Instance, free_port, is_alive, listening_ports, owner, wait_for

IS_ROOT = os.geteuid() == 0
LATER_START_S = 5


def ordinary_user():
    """A user without rights that may run a database: initdb wants one with a name."""
    return pwd.getpwnam('nobody').pw_uid


class Up(unittest.TestCase):
    def test_it_becomes_ready_and_ctrl_c_stops_everything_it_started(self):
        with Instance() as instance:
            instance.start()
            self.assertEqual(instance.health(), 200)
            self.assertGreaterEqual(len(instance.look()), 3)
            os.killpg(instance.up.pid, signal.SIGINT)  # as a terminal does
            self.assertEqual(instance.ended(), 0)
            self.assertEqual([p for p in instance.seen if is_alive(p)], [])

    def test_a_later_start_is_ready_within_five_seconds(self):
        with Instance() as instance:
            instance.start()
            instance.up.send_signal(signal.SIGTERM)
            self.assertEqual(instance.ended(), 0)
            began = time.monotonic()
            instance.start()
            self.assertLess(time.monotonic() - began, LATER_START_S)

    def test_a_data_directory_in_use_is_refused_naming_the_process(self):
        with Instance() as first:
            first.start()
            with Instance(first.data) as second:
                second.launch()
                self.assertEqual(second.ended(), 4)
                self.assertIn(f'process {first.up.pid}', second.said())
                self.assertIn('--data', second.said())
            self.assertEqual(first.health(), 200)

    def test_a_taken_port_is_refused_and_says_what_to_do(self):
        with Instance() as instance, socket.create_server(('127.0.0.1', 0)) as other:
            instance.port = other.getsockname()[1]
            instance.launch()
            self.assertNotEqual(instance.ended(), 0)
            self.assertIn(f'port {instance.port} is taken', instance.said())
            self.assertRegex(instance.said(), r'--port \d+')
            self.assertFalse((instance.data / 'postgres').exists())

    def test_a_refused_start_leaves_the_directory_free(self):
        with Instance() as instance, socket.create_server(('127.0.0.1', 0)) as other:
            instance.port = other.getsockname()[1]
            instance.launch().ended()
            instance.port = free_port()
            instance.start()

    def test_kill_9_of_up_ends_its_children_and_the_next_start_recovers(self):
        with Instance() as instance:
            old = set(instance.start().seen)
            instance.up.kill()
            instance.ended()
            instance.start()
            self.assertEqual([p for p in old if is_alive(p)], [])
            self.assertEqual(instance.health(), 200)

    def test_kill_9_of_up_alone_leaves_no_process_behind(self):
        with Instance() as instance:
            instance.start()
            instance.up.kill()
            instance.ended()
            instance.all_gone()

    def test_a_killed_server_is_started_again_and_no_connection_is_refused_meanwhile(self):
        with Instance() as instance:
            instance.start()
            old = instance.child(' serve')
            os.kill(old[0], signal.SIGKILL)
            with socket.create_connection(('127.0.0.1', instance.port), 2):
                pass
            wait_for(lambda: not is_alive(old), 'the end of the server')
            instance.wait_healthy()
            self.assertNotEqual(instance.child(' serve'), old)

    def test_a_killed_postgresql_is_started_again(self):
        with Instance() as instance:
            instance.start()
            instance.kill('bin/postgres')
            wait_for(lambda: instance.command('migrate', 'status')[0] == 0, 'the database')
            instance.wait_healthy()

    def test_a_killed_redis_is_started_again(self):
        with Instance() as instance:
            instance.start()
            instance.kill('redis-server')
            instance.wait_healthy()

    def test_nothing_but_the_server_listens_on_a_tcp_port(self):
        with Instance() as instance:
            instance.start()
            pids = [instance.up.pid] + [pid for pid, _ in instance.look()]
            self.assertEqual(listening_ports(pids), {instance.port})

    def test_the_commands_find_the_instance_by_its_data_directory(self):
        with Instance() as instance:
            instance.start()
            self.assertEqual(instance.command('migrate', 'status')[0], 0)
            instance.up.send_signal(signal.SIGTERM)
            self.assertEqual(instance.ended(), 0)
            code, said = instance.command('migrate', 'status')
            self.assertEqual(code, 1)
            self.assertIn('astralfield up', said)

    def test_a_given_database_is_used_instead_of_an_own_one(self):
        with Instance() as first:
            first.start()
            url = (first.data / 'run/database.url').read_text().strip()
            with Instance(env={'DATABASE_URL': url}) as second:
                second.start()
                self.assertIsNone(second.child('bin/postgres'))
                self.assertFalse((second.data / 'postgres').exists())
                self.assertEqual(second.health(), 200)

    def test_a_path_too_long_for_a_socket_works(self):
        with Instance() as instance:
            instance.data = instance.folder / ('long-' * 20) / 'data'
            instance.start()
            self.assertEqual(instance.command('migrate', 'status')[0], 0)
            instance.up.send_signal(signal.SIGTERM)
            self.assertEqual(instance.ended(), 0)

    def test_a_wrong_setting_is_named(self):
        with Instance(env={'LOG_LEVEL': 'loud'}) as instance:
            instance.launch()
            self.assertEqual(instance.ended(), 1)
            self.assertIn('LOG_LEVEL', instance.said())


class Sample(unittest.TestCase):
    def test_the_first_start_makes_a_league_and_every_start_tells_its_sign_ins(self):
        with Instance(env={'ASTRALFIELD_DATA': '/nowhere'}, has_sample=True) as instance:
            for _ in range(2):
                instance.start()
                signs_in = re.search(r'Sample sign-ins:\n +(\S+) +(\S+)', instance.said())
                email, password = signs_in.groups()
                status, _, _ = instance.call('POST', '/api/auth/login',
                                             {'email': email, 'password': password})
                self.assertEqual(status, 200)
                status, document, _ = instance.call('GET', '/api/leagues')
                self.assertEqual((status, len(document['leagues'])), (200, 1))
                instance.up.send_signal(signal.SIGTERM)
                self.assertEqual(instance.ended(), 0)

    def test_an_instance_that_others_can_reach_gets_no_sample(self):
        with Instance(env={'PUBLIC_URL': 'https://football.example.org'}, has_sample=True) as instance:
            instance.start()
            self.assertNotIn('sign-ins', instance.said())
            self.assertIn('AstralField is ready at https://football.example.org', instance.said())


@unittest.skipUnless(IS_ROOT, 'only root can start it as another user')
class Users(unittest.TestCase):
    def test_started_by_root_nothing_that_serves_runs_as_root(self):
        with Instance() as instance:
            instance.start()
            names = {'bin/postgres', 'redis-server', ' serve'}
            self.assertTrue(all(instance.child(name) for name in names))
            self.assertEqual([pid for pid, _ in instance.look() if owner(pid) == 0], [])

    def test_the_user_may_be_chosen(self):
        with Instance(env={'RUN_AS': 'nobody'}) as instance:
            instance.start()
            self.assertEqual({owner(pid) for pid, _ in instance.look()}, {ordinary_user()})

    def test_an_ordinary_user_can_run_it(self):
        with Instance(user=ordinary_user()) as instance:
            instance.start()
            self.assertEqual({owner(pid) for pid, _ in instance.look()}, {ordinary_user()})
            self.assertEqual(instance.command('migrate', 'status')[0], 0)

    def test_a_directory_that_only_root_can_enter_works(self):
        with Instance() as instance:
            instance.folder.chmod(0o700)
            instance.start()
            self.assertTrue((instance.data / 'home').is_symlink())
            self.assertEqual(instance.command('migrate', 'status')[0], 0)
            instance.up.send_signal(signal.SIGTERM)
            self.assertEqual(instance.ended(), 0)
            instance.start()

    def test_what_root_started_is_refused_to_another_user(self):
        with Instance() as first:
            first.start()
            first.up.send_signal(signal.SIGTERM)
            self.assertEqual(first.ended(), 0)
            with Instance(first.data, ordinary_user()) as second:
                second.launch()
                self.assertNotEqual(second.ended(), 0)
                self.assertIn(str(pathlib.Path(first.data)), second.said())
