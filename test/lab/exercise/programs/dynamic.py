"""State, a cache, logs and what lives until the next boot, in the directories of a unit with a user of its own."""
import os

for kind in 'STATE', 'CACHE', 'LOGS', 'RUNTIME':
    base = os.environ[f'{kind}_DIRECTORY']
    with open(f'{base}/kept', 'a') as file:
        file.write('line\n')
    if kind == 'LOGS':
        continue
    with open(f'{base}/kept') as file:
        assert file.readline() == 'line\n'
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
