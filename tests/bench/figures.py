"""The measurements, and the rows that tell them."""
import json
import statistics
import subprocess
import time

from stand import BIN, HERE, ROOT, answers, ask, children, cpu_seconds, free_port, memory_kib, until

STANDINGS = ROOT / 'sql/queries/api/standings.sql'
SOCKETS = BIN.parent / 'tests/bench/bench-sockets'


def wrk(port, path, connections, seconds, pids):
    before = cpu_seconds(pids)
    done = subprocess.run(
        ['wrk', '-t2', f'-c{connections}', f'-d{seconds}s', '--latency', '-s', HERE / 'report.lua',
         f'http://127.0.0.1:{port}{path}'], text=True, capture_output=True, check=True)
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    cpu = cpu_seconds(pids) - before
    return {'per_s': figures['requests'] / figures['us'] * 1e6,
            'per_cpu_s': figures['requests'] / cpu if cpu > 0 else None,
            'p50_us': figures['p50'], 'p99_us': figures['p99'],
            'bad': figures['not2xx'] + figures['broken']}


def pgbench(stand, script, league_id, clients, seconds):
    """The same prepared statement, unpipelined, without the server."""
    prefix = stand.folder / f'pgbench-{time.monotonic_ns()}'
    done = subprocess.run(
        ['pgbench', '-n', '-M', 'prepared', '-c', str(clients), '-j', '2', '-T', str(seconds),
         '-f', script, '-D', f'league_id={league_id}', '-l', '--sampling-rate=0.1',
         f'--log-prefix={prefix}', stand.env['DATABASE_URL']],
        text=True, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    rate = float(next(line for line in done.stdout.splitlines() if line.startswith('tps')).split()[2])
    times = sorted(int(line.split()[2]) for log in stand.folder.glob(f'{prefix.name}*')
                   for line in log.read_text().splitlines())
    return {'per_s': rate, 'per_cpu_s': None, 'p50_us': times[len(times) // 2],
            'p99_us': times[len(times) * 99 // 100], 'bad': 0}


def twin(port, path):
    """Headers and body of an answer, for nginx to give the same."""
    status, document, headers = ask(port, 'GET', path)
    assert status == 200, document
    return headers.items(), json.dumps(document, separators=(',', ':'), ensure_ascii=False)


def throughput(stand, rounds, seconds):
    ours, port = stand.serve()
    league_id, stand.token = stand.league(port)
    stand.league_id = league_id
    uncached, uncached_port = stand.serve(DOCUMENT_CACHE_BYTES='0')
    standings = f'/api/leagues/{league_id}/standings'
    nginx, nginx_port = stand.nginx({path: twin(port, path) for path in ('/api/health', standings)})
    workers = [nginx.pid, *children(nginx.pid)]
    script = stand.folder / 'standings.sql'
    script.write_text(STANDINGS.read_text().rstrip().rstrip(';') + ';\n')
    measurements = {
        'health': lambda: wrk(port, '/api/health', 64, seconds, [ours.pid]),
        'health_nginx': lambda: wrk(nginx_port, '/api/health', 64, seconds, workers),
        'cached': lambda: wrk(port, standings, 64, seconds, [ours.pid]),
        'cached_nginx': lambda: wrk(nginx_port, standings, 64, seconds, workers),
        'database': lambda: wrk(uncached_port, standings, 8, seconds, [uncached.pid]),
        'database_pgbench': lambda: pgbench(stand, script, league_id, 8, seconds),
    }
    found = {name: [] for name in measurements}
    for _ in range(rounds):
        for name, measure in measurements.items():
            found[name].append(measure())
    memory = {'after_load': memory_kib(ours.pid)}
    for process in (uncached, nginx, ours):
        stand.end(process)
    return {'rounds': found, 'memory_kib': memory,
            'medians': {name: medians(each) for name, each in found.items()}}


def overhead(stand, rounds, seconds):
    """What a line of log for every request costs: the same server with and without, in pairs whose order
    changes from round to round."""
    servers = {name: stand.serve(LOG_REQUESTS=wanted) for name, wanted in (('all', 'all'), ('none', 'none'))}
    paths = {'health': '/api/health', 'cached': f'/api/leagues/{stand.league_id}/standings'}
    found = {path: {name: [] for name in servers} for path in paths}
    for number in range(rounds):
        for path, address in paths.items():
            for name in sorted(servers, reverse=number % 2 == 1):
                process, port = servers[name]
                found[path][name].append(wrk(port, address, 64, seconds, [process.pid]))
    for process, _ in servers.values():
        stand.end(process)
    return {path: {'rounds': each, **{key: costs(each['none'], each['all'], key) for key in ('per_s', 'per_cpu_s')}}
            for path, each in found.items()}


def costs(without, with_it, key):
    """Percent less in the middle pair; negative: more."""
    return statistics.median((1 - there[key] / here[key]) * 100 for here, there in zip(without, with_it))


def overhead_rows(result):
    names = {'health': 'GET /api/health', 'cached': 'standings from the document cache'}
    for path, what in names.items():
        yield what, f"{result[path]['per_s']:.1f} %", f"{result[path]['per_cpu_s']:.1f} %"


def medians(rounds):
    return {key: statistics.median(each[key] for each in rounds)
            if all(each[key] is not None for each in rounds) else None
            for key in ('per_s', 'per_cpu_s', 'p50_us', 'p99_us')}


def failures(result):
    return [f"{name}: {sum(each['bad'] for each in rounds)}"
            for name, rounds in result['rounds'].items() if any(each['bad'] for each in rounds)]


def throughput_rows(result):
    names = {'health': ('GET /api/health', 64, 'health_nginx'),
             'health_nginx': ('nginx, the same bytes', 64, None),
             'cached': ('standings from the document cache', 64, 'cached_nginx'),
             'cached_nginx': ('nginx, the same bytes', 64, None),
             'database': ('standings from the database', 8, 'database_pgbench'),
             'database_pgbench': ('pgbench, the same prepared statement', 8, None)}
    for name, (what, connections, other) in names.items():
        each = result['medians'][name]
        ratio = f"{each['per_s'] / result['medians'][other]['per_s']:.2f}" if other else ''
        per_cpu = f"{each['per_cpu_s']:,.0f}" if each['per_cpu_s'] else ''
        yield (what, connections, f"{each['per_s']:,.0f}", ratio, per_cpu,
               f"{each['p50_us']:,.0f}", f"{each['p99_us']:,.0f}")


# ---- starting ----

def starts(stand, count):
    """Milliseconds from exec to the first 200, and memory then."""
    times, memory = [], []
    for _ in range(count):
        port = free_port()
        began = time.monotonic()
        process = stand.spawn([BIN, 'serve'], PORT=str(port))
        until(lambda: process.poll() is not None or answers(port), 'the first 200', look_s=0.0005)
        times.append((time.monotonic() - began) * 1000)
        memory.append(memory_kib(process.pid))
        stand.end(process)
    return {'ms': times, 'median_ms': statistics.median(times),
            'idle_rss_kib': statistics.median(each['rss'] for each in memory),
            'idle_pss_kib': statistics.median(each['pss'] for each in memory)}


# ---- sockets ----

def sockets(stand, count, events):
    if not SOCKETS.exists():
        raise RuntimeError(f'{SOCKETS} is not built')
    process, port = stand.serve()
    body = '{"name":"Bench @@@@@@"}'
    request = stand.folder / 'event.http'
    request.write_bytes((f'PATCH /api/leagues/{stand.league_id} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n'
                         f'Authorization: Bearer {stand.token}\r\nContent-Type: application/json\r\n'
                         f'Content-Length: {len(body)}\r\n\r\n{body}').encode())
    before = memory_kib(process.pid)
    client = subprocess.Popen([SOCKETS, str(port), str(count), f'league:{stand.league_id}', str(events), request],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if client.stdout.readline() != 'ready\n':
            raise RuntimeError('bench-sockets did not get its sockets')
        after = memory_kib(process.pid)
        out, _ = client.communicate('go\n', timeout=120)
    finally:
        client.kill()
        client.wait()
    stand.end(process)
    rounds = [json.loads(line) for line in out.splitlines()]
    if len(rounds) != events:
        raise RuntimeError(f'only {len(rounds)} of {events} events reached all sockets')
    return {'count': count, 'rounds_us': rounds,
            'median_us': {key: statistics.median(each[key] for each in rounds) for key in rounds[0]},
            'worst_p99_us': max(each['p99'] for each in rounds),
            'idle_rss_kib': before['rss'], 'with_sockets_rss_kib': after['rss'],
            'bytes_each': (after['pss'] - before['pss']) * 1024 / count}


def other_rows(results):
    start, live = results['start'], results['sockets']
    yield 'exec to the first 200, median', f"{start['median_ms']:.0f} ms"
    yield 'idle memory (PSS)', f"{start['idle_pss_kib'] / 1024:.1f} MiB"
    yield 'memory after the load (PSS)', \
        f"{results['throughput']['memory_kib']['after_load']['pss'] / 1024:.1f} MiB"
    yield f"memory of one of {live['count']:,} idle WebSockets", f"{live['bytes_each'] / 1024:.2f} KiB"
    middle = live['median_us']
    yield f"one event to {live['count']:,} sockets: p50, from the command's first byte", \
        f"{middle['p50'] / 1000:.1f} ms"
    yield 'the same, p99', f"{middle['p99'] / 1000:.1f} ms"
    yield 'the same, worst p99 of all events', f"{live['worst_p99_us'] / 1000:.1f} ms"
    yield 'the command itself answered after', f"{middle['reply'] / 1000:.1f} ms"
