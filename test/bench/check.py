#!/usr/bin/env python3
"""Does a hook call take more instructions than it did? Counted by valgrind, so a busy machine does not matter.

    test/bench/check.py PROGRAM [--update] [BODY..]

Counts what sync_run() executes, from the body of a request to the text of its answer: neither the
start of the program nor the reading of the file. More than 5 % over test/bench/baseline.json fails.

The count must not depend on the processor. valgrind shows programs a processor like its own, and the
C library picks its string functions by that: all choices but SSE2, which every x86-64 has, are
switched off, and so are thresholds that it derives from the size of caches. What is left is the seed of
jansson's hash tables, random in each process: 0.02 %.
"""
import concurrent.futures
import json
import os
import platform
import re
import shutil
import subprocess
import sys

import bodies

HERE = os.path.dirname(os.path.realpath(__file__))
WORK = 'build/bench'
BASELINE = os.path.join(HERE, 'baseline.json')
ALLOWED = 0.05
NAMES = [name for name in bodies.names() if name.split('-')[2] in ('1', '3', '31', '100')]
OFF = ('AVX', 'AVX2', 'AVX512F', 'AVX512VL', 'AVX512BW', 'AVX_Fast_Unaligned_Load', 'BMI1', 'BMI2', 'ERMS', 'FSRM',
       'LZCNT', 'MOVBE', 'POPCNT', 'RTM', 'SSSE3', 'SSE4_1', 'SSE4_2', 'Fast_Copy_Backward', 'Fast_Rep_String',
       'Fast_Unaligned_Copy', 'Fast_Unaligned_Load', 'Prefer_PMINUB_for_stringop', 'Slow_BSF')
TUNABLES = ':'.join(['glibc.cpu.hwcaps=' + ','.join('-' + name for name in OFF),
                     'glibc.cpu.x86_non_temporal_threshold=0xc0000', 'glibc.cpu.x86_rep_movsb_threshold=0x800',
                     'glibc.cpu.x86_rep_stosb_threshold=0x800'])


def profile(name):
    return os.path.join(WORK, 'callgrind', name + '.out')


def count(program, name):
    out = profile(name)
    # Nothing else of the environment: its size moves the stack.
    environment = {'PATH': os.environ['PATH'], 'GLIBC_TUNABLES': TUNABLES}
    run = subprocess.run(['valgrind', '--tool=callgrind', '--toggle-collect=sync_run', '--cache-sim=no',
                          '--callgrind-out-file=' + out, program, 'sync', bodies.argument(name.split('-')[0]),
                          os.path.join(WORK, 'bodies', name + '.json')],
                         env=environment, capture_output=True, text=True, check=False)
    found = re.search(r'Collected : (\d+)', run.stderr)
    if run.returncode != 0 or not found or found.group(1) == '0':
        raise bodies.Trouble(f'valgrind counts nothing for {name}:\n{run.stderr}')
    with open(out, encoding='utf-8') as f:
        chosen = re.search(r'\w+_(avx|evex|sse4|ssse3)\w*', f.read())
    if chosen:
        raise bodies.Trouble(f'the C library uses {chosen.group(0)}, which not every processor has: '
                             'switch it off in TUNABLES of test/bench/check.py')
    return int(found.group(1))


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def tools():
    """What the number of instructions depends on beside the sources."""
    return {'compiler': first_line(os.environ.get('CC', 'cc'), '--version'),
            'libc': ' '.join(platform.libc_ver()),
            'jansson': first_line('pkg-config', '--modversion', 'jansson')}


def millions(value):
    return f'{value / 1e6:.2f} M'


def compare(name, now, before):
    """A line about one body, and whether it is worse than allowed."""
    change = now / before - 1
    return f'  {name:<20} {millions(now):>10} {millions(before):>10} {change:>+8.1%}', change > ALLOWED


def verdict(worse, better, made_with, with_now):
    if worse:
        print(f'\n{len(worse)} of the hook calls take more than {ALLOWED:.0%} more instructions than before: {", ".join(worse)}.\n'
              'Where they are:    callgrind_annotate --inclusive=yes ' + profile(worse[0]) + '\n'
              'If it is worth it: make bench-baseline, and say in the commit what it buys.', file=sys.stderr)
        for key in made_with:
            if made_with[key] != with_now[key]:
                print(f'The baseline was counted with another {key}: {made_with[key]}; here it is {with_now[key]}. '
                      'That alone moves it.', file=sys.stderr)
    if better:
        print(f'\n{len(better)} take more than {ALLOWED:.0%} less. Keep it so: make bench-baseline')


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != '--update']
    program, *parts = arguments
    program = os.path.realpath(program)
    os.chdir(os.path.join(HERE, '..', '..'))
    if platform.machine() != 'x86_64':
        print(f'left out: instructions are counted on x86_64, and this is {platform.machine()}')
        return 0
    if not shutil.which('valgrind'):
        raise bodies.Trouble('valgrind is missing: make deps')
    os.makedirs(os.path.join(WORK, 'callgrind'), exist_ok=True)
    names = [name for name in bodies.chosen(parts) if name in NAMES or parts]
    bodies.make(program, os.path.join(WORK, 'bodies'), names)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        counts = dict(zip(names, pool.map(lambda name: count(program, name), names)))
    with open(BASELINE, encoding='utf-8') as f:
        baseline = json.load(f)
    worse, better = [], []
    print(f'  {"instructions":<20} {"now":>10} {"baseline":>10} {"change":>8}')
    for name in names:
        before = baseline['instructions'].get(name, counts[name])
        line, bad = compare(name, counts[name], before)
        print(line)
        if bad:
            worse.append(name)
        if counts[name] < before * (1 - ALLOWED):
            better.append(name)
    if '--update' in sys.argv:
        baseline['instructions'] |= counts
        with open(BASELINE, 'w', encoding='utf-8') as f:
            json.dump({'counted with': tools(), 'instructions': baseline['instructions']}, f, indent=2)
            f.write('\n')
        return 0
    verdict(worse, better, baseline['counted with'], tools())
    return 1 if worse else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except bodies.Trouble as trouble:
        sys.exit(f'bench-check: {trouble}')
