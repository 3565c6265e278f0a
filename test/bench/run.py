#!/usr/bin/env python3
"""What a hook call costs, side by side with servers that do none of its work.

    test/bench/run.py PROGRAM FIXED [BODY..]

BODY is a name of bodies.py or a pattern ('shard-*'). For each of them all servers get the
same bytes in turns: this program, a floor in Node and one in Go (each only parses the request and
prints a prepared answer: a hook in that language can only be slower), and a server that looks at
nothing (FIXED). OLD=PROGRAM puts another build beside it.

What counts is the processor time of a request: a machine that is busy with other work halves the
requests a second of all, and moves that little. The median of all rounds, and their spread.

BENCH_ROUNDS (3), BENCH_SECONDS (1) of each measurement, at the least. Writes build/bench/results.jsonl,
a line a measurement, and build/bench/speed.svg.
"""
import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

import bodies
import plot

HERE = os.path.dirname(os.path.realpath(__file__))
WORK = 'build/bench'
CONNECTIONS = 2
# Of these one more or less is not seen.
ENOUGH = 40


class Server:
    def __init__(self, name, command, path, port):
        self.name = name
        self.log = open(os.path.join(WORK, name + '.log'), 'w+b')
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        for _ in range(200):
            found = re.search(port, open(self.log.name, encoding='utf-8').read(), re.M)
            if found or self.process.poll() is not None:
                break
            time.sleep(0.05)
        if not found:
            self.stop()
            raise bodies.Trouble(f'{name} does not start: {open(self.log.name, encoding="utf-8").read()}')
        self.url = f'http://127.0.0.1:{found.group(1)}{path}'

    def cpu(self):
        """Nanoseconds that its threads were on a processor."""
        return sum(int(open(file, encoding='utf-8').read().split()[0])
                   for file in glob.glob(f'/proc/{self.process.pid}/task/*/schedstat'))

    def load(self, body, seconds):
        """Requests that were answered, and seconds that it took."""
        run = subprocess.run(['wrk', '-t1', f'-c{CONNECTIONS}', f'-d{seconds}s', '--timeout', '60s',
                              '-s', os.path.join(HERE, 'post.lua'), self.url],
                             env=os.environ | {'BODY': body}, capture_output=True, text=True, check=True)
        if 'Non-2xx' in run.stdout or 'Socket errors' in run.stdout:
            raise bodies.Trouble(f'{self.name} answers with errors:\n{run.stdout}')
        rate = float(re.search(r'Requests/sec: *([\d.]+)', run.stdout).group(1))
        return int(re.search(r'(\d+) requests in', run.stdout).group(1)), rate

    def measure(self, body, seconds):
        before = self.cpu()
        count, rate = self.load(body, seconds)
        # Each connection has a request under way when time is up: half done, on the average.
        return {'cpu_us': (self.cpu() - before) / 1000 / (count + CONNECTIONS / 2), 'rate': rate, 'requests': count}

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def go_floor():
    """The program, or None where there is no Go."""
    go = shutil.which('go') or next(iter(glob.glob('/usr/local/go/bin/go')), None)
    if go is None:
        return None
    program = os.path.join(WORK, 'floor-go')
    subprocess.run([go, 'build', '-o', program, os.path.join(HERE, 'floor.go')], check=True)
    return program


def commands(program, fixed, go, hook, answer):
    ours = r'"event":"listening","address":"127\.0\.0\.1:(\d+)"'
    port = r'^(\d+)$'
    serve = ['serve', '--listen', '127.0.0.1:0', '--probe-listen', 'none', '--log-format', 'json']
    path = f'/{bodies.api_of(hook).version}/{bodies.plain(hook)}/sync'
    yield 'ours', [program, *serve], path, ours
    if os.environ.get('OLD'):
        yield 'old', [os.path.realpath(os.environ['OLD']), *serve], path, ours
    yield 'node', ['node', os.path.join(HERE, 'floor.js'), answer], '/', port
    if go:
        yield 'go', [go, answer], '/', port
    yield 'fixed', [fixed, answer], '/', port


def measure_body(program, fixed, go, name, rounds, seconds):
    body = os.path.join(WORK, 'bodies', name + '.json')
    answer = os.path.join(WORK, 'answer.json')
    hook = name.split('-')[0]
    with open(body, 'rb') as f:
        reply = bodies.sync(program, hook, f.read()).rstrip(b'\n')
    with open(answer, 'wb') as f:
        f.write(reply)
    servers = []
    try:
        for command in commands(program, fixed, go, hook, answer):
            servers.append(Server(*command))
        # Warm, and how long does each take for enough of them? A busy machine may answer none.
        lasts = {}
        for server in servers:
            rate = max(server.load(body, 2)[1], 1)
            lasts[server.name] = max(seconds, min(30, int(ENOUGH / rate + 1)))
        for i in range(rounds):
            for server in servers:
                yield {'body': name, 'in': os.path.getsize(body), 'out': len(reply), 'server': server.name,
                       'round': i} | server.measure(body, lasts[server.name])
    finally:
        for server in servers:
            server.stop()


def summary(lines):
    """By body and server: the median, the least and the most of a request's processor time, and the rate."""
    found = {}
    for body in dict.fromkeys(line['body'] for line in lines):
        found[body] = {}
        for server in dict.fromkeys(line['server'] for line in lines):
            mine = [line for line in lines if (line['body'], line['server']) == (body, server)]
            if mine:
                times = [line['cpu_us'] for line in mine]
                found[body][server] = {'cpu_us': statistics.median(times), 'least': min(times), 'most': max(times),
                                       'rate': statistics.median(line['rate'] for line in mine)}
    return found


def number(value):
    return f'{value:,.0f}' if value >= 10 else f'{value:.1f}'


def heading(servers):
    cells = ''.join(f'{server + " us (spread)":>27}' for server in servers)
    rates = ''.join(f'{server + " /s":>10}' for server in servers)
    return f'{"body":<20}{"in KB":>7}{"out KB":>8}{cells}{rates}'


def row(line, found):
    cells = ''.join(f'{number(one["cpu_us"]) + " (" + number(one["least"]) + "-" + number(one["most"]) + ")":>27}'
                    for one in found.values())
    rates = ''.join(f'{number(one["rate"]):>10}' for one in found.values())
    return f'{line["body"]:<20}{line["in"] / 1024:>7.0f}{line["out"] / 1024:>8.0f}{cells}{rates}'


def main():
    program, fixed, *parts = sys.argv[1:]
    program, fixed = os.path.realpath(program), os.path.realpath(fixed)
    os.chdir(os.path.join(HERE, '..', '..'))
    for tool in ('wrk', 'node'):
        if not shutil.which(tool):
            raise bodies.Trouble(f'{tool} is missing: make deps')
    os.makedirs(WORK, exist_ok=True)
    go = go_floor()
    if go is None:
        print('left out: the floor in Go, no Go', file=sys.stderr)
    names = bodies.chosen(parts)
    bodies.make(program, os.path.join(WORK, 'bodies'), names)
    lines = []
    with open(os.path.join(WORK, 'results.jsonl'), 'w', encoding='utf-8') as results:
        for name in names:
            mine = []
            for line in measure_body(program, fixed, go, name, int(os.environ.get('BENCH_ROUNDS', 3)),
                                     int(os.environ.get('BENCH_SECONDS', 1))):
                results.write(json.dumps(line) + '\n')
                mine.append(line)
            found = summary(mine)[name]
            if not lines:
                print(heading(found))
            print(row(mine[0], found), flush=True)
            lines += mine
    with open(os.path.join(WORK, 'speed.svg'), 'w', encoding='utf-8') as f:
        f.write(plot.picture(summary(lines)))
    print(f'\n{WORK}/results.jsonl has each measurement, {WORK}/speed.svg the picture')


if __name__ == '__main__':
    try:
        main()
    except bodies.Trouble as trouble:
        sys.exit(f'bench: {trouble}')
