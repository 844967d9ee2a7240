"""The table of commands, walked: what `astralfield help --json` says is true of every command."""
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

SECONDS = 60
SCREEN_LINES, SCREEN_COLUMNS = 30, 80
# What reads only and needs no argument: its --json is one document, on a running instance.
READ_ONLY = [
    'routes', 'openapi', 'manual', 'config', 'migrate status', 'backup list', 'backup latest', 'wal status',
    'db status', 'db slow', 'db size', 'db connections', 'db indexes', 'cache stats', 'report weekly',
    'report performance', 'report security', 'report access', 'report capacity', 'verify ledger', 'verify data',
    'verify recovery', 'doctor', 'health', 'smoke', 'env ls', 'env diff', 'env history', 'maintenance status',
    'lockdown status', 'releases list', 'session list', 'incident list', 'alert rules', 'alert list', 'oncall show',
    'statuspage show', 'version', 'backup status',
]
# These change something: they can be asked what they would do.
CHANGES = [
    'backup run', 'backup prune', 'db maintain', 'cache warm', 'cache clear', 'migrate up', 'migrate down', 'deploy',
    'rollback', 'releases prune',
]


class Program:
    def __init__(self, program, env):
        self.program, self.env = program, env

    def __call__(self, *words):
        done = subprocess.run([self.program, *words], capture_output=True, text=True, env=self.env,
                              stdin=subprocess.DEVNULL, timeout=SECONDS)
        return done.returncode, done.stdout, done.stderr


def examples(command):
    """The lines of the help that show a command being used; a line may go on in the next."""
    lines = command['help'].splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('example:')), None)
    text = '' if start is None else '\n'.join(lines[start:]).removeprefix('example:')
    return [re.sub(r'\\?\n\s*', ' ', part).strip() for part in re.split(r'\n(?=.*\bastralfield )', text) if part.strip()]


def parses(example, command):
    """The example calls this command with options it has."""
    called = re.search(r'\bastralfield (.*)', example)
    try:
        words = shlex.split(called[1], comments=True)
    except ValueError:  # the end of a setting's quotes
        words = shlex.split(called[1].replace("'", ' '))
    words = words[:next((i for i, word in enumerate(words) if word[0] in '|<>&;'), len(words))]
    name = command['name'].split()
    assert words[:len(name)] == name, f'"{example}" is of another command'
    known = {option['name'] for option in command['options']} | {'data', 'json', 'help'}
    given = {word[2:].split('=')[0] for word in words if word.startswith('--')}
    assert given <= known, f'"{example}": there is no --{given - known}'
    required = {option['name'] for option in command['options'] if option['required']}
    assert required <= given, f'"{example}" leaves out {required - given}'


def check_overview(astralfield, commands):
    code, text, _ = astralfield('--help')
    lines = text.splitlines()
    assert code == 0 and len(lines) <= SCREEN_LINES, f'{len(lines)} lines'
    assert max(map(len, lines)) <= SCREEN_COLUMNS, 'a line is too wide'
    shown = set(text.split())
    missing = {command['name'].split()[0] for command in commands} - shown
    assert not missing, f'not shown: {missing}'
    assert '  More ' not in text, 'a command is in no group of the overview'


def check_groups(astralfield, commands):
    groups = {c['name'].split()[0] for c in commands if ' ' in c['name']}
    for group in groups:
        for words in (['help', group], [group, '--help']):
            code, text, _ = astralfield(*words)
            assert code == 0, f'{words}: {code}'
            for command in commands:
                if command['name'].split()[0] == group:
                    assert command['name'] in text, f'{words} leaves out {command["name"]}'


def check_help(astralfield, commands):
    faults = []
    for command in commands:
        name = command['name']
        first = command['summary'].split()[0] if command['summary'] else 'Nothing'
        if command['summary'].endswith('.') or (first[0].isupper() and first[1:].islower()):
            faults.append(f'{name}: the summary is lower case, without a full stop')
        if len(command['summary']) > 80:
            faults.append(f'{name}: the summary is too long')
        if not examples(command):
            faults.append(f'{name}: no example')
        for example in examples(command):
            try:
                parses(example, command)
            except (AssertionError, ValueError) as fault:
                faults.append(f'{name}: {fault}')
        faults += [f'{name}: --{option["name"]} is not explained' for option in command['options'] if not option['doc']]
        code, text, _ = astralfield(*name.split(), '--help')
        if code != 0 or command['summary'] not in text:
            faults.append(f'{name}: --help ends with {code}')
        if max(map(len, text.splitlines())) > 100:
            faults.append(f'{name}: a line of --help is wider than 100 columns')
        code, _, said = astralfield(*name.split(), '--no-such-option')
        if code != 2 or 'no-such-option' not in said:
            faults.append(f'{name}: an unknown option ends with {code}')
    assert not faults, '\n'.join(faults)


def check_json(astralfield, commands):
    faults, names = [], {command['name'] for command in commands}
    for name in READ_ONLY:
        if name not in names:
            continue
        code, text, said = astralfield(*name.split(), '--json')
        try:
            json.loads(text)
        except ValueError as fault:
            faults.append(f'{name} --json: {fault} (exit code {code}): {text[:200]!r} {said[-200:]}')
        if code not in (0, 1, 3):
            faults.append(f'{name} --json ends with {code}: {said[-200:]}')
    assert not faults, '\n'.join(faults)


def check_errors_are_json(astralfield, _commands):
    code, text, _ = astralfield('verify', 'league', '--json')
    assert code == 2 and json.loads(text)['type'] == '/problems/usage'
    code, text, _ = astralfield('health', '--json', '--url', 'gopher://x')
    assert code == 2 and json.loads(text)['detail']


def check_dry_runs(_astralfield, commands):
    for command in commands:
        if command['name'] in CHANGES:
            options = {option['name'] for option in command['options']}
            assert 'dry-run' in options, f'{command["name"]} has no --dry-run'


def check_typos(astralfield, _commands):
    for words, meant in ((['bakup', 'list'], 'backup list'), (['doctr'], 'doctor'), (['migrate', 'stats'], 'migrate status')):
        code, _, said = astralfield(*words)
        assert code == 2 and meant in said, f'{words}: {said}'
    code, _, said = astralfield('smoke', '--critcal')
    assert code == 2 and '--critical' in said, said
    code, _, said = astralfield('backup')
    assert code == 2 and 'backup list' in said, said


def check_manual(astralfield, commands):
    code, text, _ = astralfield('manual', '--man')
    assert code == 0
    for command in commands:
        assert command['name'] in text.replace('\\-', '-'), f'{command["name"]} is not in the manual page'
    if shutil.which('groff') is None:
        print('SKIPPED groff is not here: the manual page was not rendered')
        return
    done = subprocess.run(['groff', '-man', '-ww', '-Tutf8', '-rLL=100n'], input=text, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0 and done.stderr == '', done.stderr[:500]
    assert 'EXIT STATUS' in re.sub(r'\x1b\[[0-9;]*m|.\x08', '', done.stdout)


def check_completion(astralfield, commands):
    for shell in ('bash', 'zsh'):
        code, script, _ = astralfield('completion', shell)
        assert code == 0 and '_astralfield' in script
    code, script, _ = astralfield('completion', 'bash')
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'completion'
        path.write_text(script)

        def complete(*words):
            line = ' '.join(shlex.quote(word) for word in words)
            ask = f'. {path}; COMP_WORDS=(astralfield {line}); COMP_CWORD={len(words)}; _astralfield; echo "${{COMPREPLY[@]}}"'
            done = subprocess.run(['bash', '-ec', ask], capture_output=True, text=True, timeout=SECONDS)
            assert done.returncode == 0, done.stderr
            return done.stdout.split()

        assert complete('doc') == ['doctor']
        assert 'list' in complete('backup', '')
        assert complete('backup', 'verify', '--res') == ['--restore']
        assert complete('smoke', '--cr') == ['--critical']
        firsts = {command['name'].split()[0] for command in commands}
        assert firsts <= set(complete('')), firsts - set(complete(''))


def check_confirmation(astralfield, commands):
    """What cannot be undone is refused without --yes --confirm NAME."""
    for command in commands:
        options = {option['name'] for option in command['options']}
        assert ('yes' in options) <= ('confirm' in options), f'{command["name"]}: --yes without --confirm'
    code, _, said = astralfield('migrate', 'down', '--to', '0')
    assert code == 5 and '--confirm' in said, f'{code}: {said}'


CHECKS = {
    'the overview is one screen and shows every command in a group': check_overview,
    'each group lists its commands': check_groups,
    'every command has a summary, an example that parses and help; an unknown option ends with 2': check_help,
    'what reads only prints one JSON document with --json': check_json,
    'errors are a problem document with --json': check_errors_are_json,
    'what changes something has --dry-run': check_dry_runs,
    'what cannot be undone asks for its name': check_confirmation,
    'a typo is met with what was meant': check_typos,
    'the manual page holds every command and renders without a warning': check_manual,
    'the completion offers commands and options': check_completion,
}


def walk(program, env, wanted):
    """Gives (name, fault or None) of each check."""
    astralfield = Program(program, env)
    commands = json.loads(astralfield('help', '--json')[1])['commands']
    for name, check in CHECKS.items():
        if wanted(name):
            try:
                check(astralfield, commands)
                yield name, None
            except (AssertionError, ValueError, KeyError, subprocess.SubprocessError) as fault:
                yield name, f'{type(fault).__name__}: {fault}'
