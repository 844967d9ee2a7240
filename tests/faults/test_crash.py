"""One league, written to by all its teams at once, while what it stands on is killed: every acknowledged
change is in the ledger once and in its order, and a repeat gets the first answer."""
import collections
import itertools
import os
import random
import threading
import time
import unittest
import uuid

from instance import Instance, wait_for
from writers import BUSY, JOIN_S, RETRY_S, Account

KILLS = int(os.environ.get('FAULTS_CRASHES', '6'))
ACKED_BETWEEN_KILLS = 30
TEAMS = 4
REPEATS = 25
NAME_IN = {'team.changed': 'name', 'league.renamed': 'to'}  # where an event's payload has it


class Change:
    """A rename with its key, and what was answered."""

    def __init__(self, account, path, name):
        self.account, self.path, self.body, self.key = account, path, {'name': name}, str(uuid.uuid4())
        self.status = None

    def send(self):
        """(status, document); (503, {}) when the connection broke."""
        try:
            status, document, _ = self.account.call('PATCH', self.path, self.body, self.key)
            return status, document
        except OSError:
            return 503, {}


class SharedLeague:
    def __init__(self, instance):
        self.instance = instance
        self.accounts = [Account(instance, f'Manager {number}') for number in range(TEAMS)]
        owner = self.accounts[0]
        league = self.must(owner, 'POST', '/api/leagues', {'name': 'Shared', 'teamName': 'Team 0'})
        self.id, teams = league['id'], [league['myTeamId']]
        code = self.must(owner, 'POST', f'/api/leagues/{self.id}/invites', {'uses': TEAMS})['code']
        for number, account in enumerate(self.accounts[1:], 1):
            joined = self.must(account, 'POST', f'/api/leagues/{self.id}/join',
                               {'inviteCode': code, 'teamName': f'Team {number}'})
            teams.append(joined['team']['id'])
        self.paths = [f'/api/teams/{team}' for team in teams]
        self.acked, self.wrong, self.numbers = [], [], itertools.count(1)
        self.is_over, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self.write, args=[number], daemon=True)
                        for number in range(TEAMS)]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def must(account, method, path, body=None):
        status, document, _ = account.call(method, path, body)
        assert status < 300, (path, status, document)
        return document

    def write(self, number):
        """Renames the own team again and again; the commissioner's thread also the league."""
        for turn in itertools.count():
            if self.is_over.is_set():
                return
            with self.lock:
                name = f'Name {next(self.numbers)}'
            path = f'/api/leagues/{self.id}' if number == 0 and turn % 2 else self.paths[number]
            self.write_one(Change(self.accounts[number], path, name))

    def write_one(self, change):
        while True:
            status, document = change.send()
            if status == 200:
                change.status = status
                with self.lock:
                    self.acked.append(change)
                return
            if status not in BUSY and document.get('type') != '/problems/conflict':
                self.wrong.append((change.body, status, document))
                return
            time.sleep(RETRY_S)

    def wait_acked(self, more):
        goal = len(self.acked) + more
        wait_for(lambda: len(self.acked) >= goal or self.wrong,
                 f'{goal} acknowledged changes (there are {len(self.acked)})')
        assert not self.wrong, self.wrong

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(JOIN_S)
            assert not thread.is_alive(), 'a change was never answered'
        assert not self.wrong, self.wrong

    def events(self):
        """The league's whole ledger, oldest first."""
        found, before = [], ''
        while True:
            page = self.must(self.accounts[0], 'GET', f'/api/leagues/{self.id}/activity?limit=100{before}')
            found += page['events']
            if page['nextBefore'] is None:
                return found[::-1]
            before = f"&before={page['nextBefore']}"

    def document(self):
        return self.must(self.accounts[0], 'GET', f'/api/leagues/{self.id}')


class Crash(unittest.TestCase):
    def crash_while_writing(self, kill):
        with Instance(env={'RATE_LIMITS': 'off'}) as instance:
            instance.start()
            code, said = instance.command('import', 'sample')
            self.assertEqual(code, 0, said)
            league = SharedLeague(instance)
            for _ in range(KILLS):
                league.wait_acked(ACKED_BETWEEN_KILLS)
                kill(instance)
            league.wait_acked(ACKED_BETWEEN_KILLS)
            league.stop()
            instance.wait_healthy()
            self.check_ledger(league)
            self.check_repeats(league)
            code, said = instance.command('verify', 'ledger')
            self.assertEqual(code, 0, said)

    def check_ledger(self, league):
        events = league.events()
        self.assertEqual([event['seq'] for event in events], list(range(1, len(events) + 1)))
        names = [event['payload'][NAME_IN[event['kind']]] for event in events if event['kind'] in NAME_IN]
        counts = collections.Counter(names)
        acked = [change.body['name'] for change in league.acked]
        self.assertEqual([name for name in acked if counts[name] == 0], [], 'acknowledged, not there')
        self.assertEqual([name for name, count in counts.items() if count > 1], [], 'there twice')

    def check_repeats(self, league):
        """A change that is sent again with its key is answered as it was, and changes nothing."""
        before = league.document()
        for change in random.sample(league.acked, min(REPEATS, len(league.acked))):
            self.assertEqual(change.send()[0], change.status, change.body)
        after = league.document()
        self.assertEqual(after['seq'], before['seq'])
        self.assertEqual(after['name'], before['name'])
        last = {change.path: change.body['name'] for change in league.acked}
        names = {f"/api/teams/{team['id']}": team['name'] for team in after['teams']}
        names[f"/api/leagues/{league.id}"] = after['name']
        self.assertEqual(names, last)

    def test_kill_9_of_the_server_between_changes_of_one_league_leaves_its_ledger_whole(self):
        self.crash_while_writing(lambda instance: instance.kill(' serve'))

    def test_kill_9_of_postgresql_between_changes_of_one_league_leaves_its_ledger_whole(self):
        self.crash_while_writing(lambda instance: instance.kill('bin/postgres'))


if __name__ == '__main__':
    unittest.main()
