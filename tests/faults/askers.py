"""Clients that ask all the time, and what they saw."""
import http.client
import threading


class Askers:
    """Threads that call `ask` again and again while the with block runs. `ask` notes each answer's status; a
    connection that fails is noted, too."""

    def __init__(self, count):
        self.is_over, self.answered, self.failed, self.lock = threading.Event(), 0, [], threading.Lock()
        self.threads = [threading.Thread(target=self.ask_on, daemon=True) for _ in range(count)]

    def ask(self):
        raise NotImplementedError

    def note(self, status):
        with self.lock:
            self.answered += isinstance(status, int)
            if status != 200:
                self.failed.append(status)

    def ask_on(self):
        while not self.is_over.is_set():
            try:
                self.ask()
            except (OSError, http.client.HTTPException) as error:
                self.note(repr(error))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join(30)
