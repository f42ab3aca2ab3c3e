"""Looks at every file of the machine and reads its beginning, as a scanner does."""
import os
import stat
import sys

seen = opened = refused = special = 0
for top in sys.argv[1:]:
    for directory, _, files in os.walk(top, onerror=lambda _: None):
        for name in files:
            path = os.path.join(directory, name)
            try:
                seen += 1
                mode = os.lstat(path).st_mode
                special += not stat.S_ISREG(mode) and not stat.S_ISLNK(mode)
                if not stat.S_ISREG(mode):
                    continue
                with open(path, 'rb') as file:
                    begin = file.read(16)
                if name == 'confine-mine':
                    print(path, begin.decode().strip())
                opened += 1
            except PermissionError:
                refused += 1
            except OSError as error:
                print(path, error.strerror)
print('seen', seen, 'opened', opened, 'refused', refused, 'special', special)
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
