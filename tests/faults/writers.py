"""Clients that write all the time and remember what was acknowledged, whatever is killed meanwhile."""
import itertools
import threading
import time
import uuid

from instance import wait_for

PASSWORD = 'correct horse battery staple'
RETRY_S = 0.05
JOIN_S = 60
BUSY = (429, 500, 502, 503)


class Account:
    """A signed-in user of an instance."""

    def __init__(self, instance, name):
        self.instance = instance
        form = {'email': f'{uuid.uuid4().hex}@example.org', 'password': PASSWORD, 'displayName': name}
        status, document, headers = wait_for(lambda: self.answer(form), 'an account')
        assert status == 201, (status, document)
        cookie = headers['Set-Cookie'].split(';')[0]
        self.headers = {'Cookie': cookie, 'X-CSRF-Token': document['csrfToken']}

    def answer(self, form):
        """What registering says; None while the server is not there or busy."""
        try:
            reply = self.instance.call('POST', '/api/auth/register', form)
        except OSError:
            return None
        return None if reply[0] in BUSY else reply

    def call(self, method, path, body=None, key=None):
        return self.instance.call(method, path, body,
                                  self.headers | ({'Idempotency-Key': key} if key else {}))

    def leagues(self):
        """The account's leagues; None when there is no answer just now."""
        try:
            status, document, _ = self.call('GET', '/api/leagues?mine=true')
        except OSError:
            return None
        return document['leagues'] if status == 200 else None


class Writers:
    """Threads, each with its own account, that make one league after the other until `stop`. A request
    without an answer is sent again with the same key, as a careful client does, so each name must come
    to be exactly once."""

    def __init__(self, instance, count=4):
        self.accounts = [Account(instance, f'Writer {number}') for number in range(count)]
        self.lock, self.numbers = threading.Lock(), itertools.count(1)
        self.acked, self.wrong = {}, []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.write, args=[account], daemon=True)
                        for account in self.accounts]
        for thread in self.threads:
            thread.start()

    def write(self, account):
        while not self.is_over.is_set():
            with self.lock:
                name = f'League {next(self.numbers)}'
            self.write_one(account, name, str(uuid.uuid4()))

    def write_one(self, account, name, key):
        while True:
            document, headers = None, {}
            try:
                status, document, headers = account.call(
                    'POST', '/api/leagues', {'name': name, 'teamName': 'Team'}, key)
            except OSError:
                status = 503
            if status == 201:
                with self.lock:
                    self.acked[name] = document['id']
                return
            # A conflict: the same request, sent before, is still under way. Ask again.
            if status not in BUSY and document.get('type') != '/problems/conflict':
                self.wrong.append((name, status, document))
                return
            time.sleep(float(headers.get('Retry-After') or RETRY_S))  # what the server asks for

    def wait_acked(self, more):
        """Until so many more writes than now were acknowledged."""
        goal = len(self.acked) + more
        wait_for(lambda: len(self.acked) >= goal or self.wrong,
                 f'{goal} acknowledged writes (there are {len(self.acked)})')
        assert not self.wrong, self.wrong

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(JOIN_S)
            assert not thread.is_alive(), 'a write was never answered'

    def found(self):
        """(name, id) of every league that is there now."""
        return [(league['name'], league['id']) for account in self.accounts
                for league in wait_for(account.leagues, 'the list of leagues')]
