"""Temporary files and directories, one of them mapped, in /tmp and /var/tmp."""
import mmap
import os
import tempfile

for directory in ('/tmp', '/var/tmp'):
    with tempfile.TemporaryDirectory(dir=directory) as made:
        with open(os.path.join(made, 'file'), 'wb+') as file:
            file.write(b'x' * 4096)
            file.flush()
            with mmap.mmap(file.fileno(), 4096) as memory:
                memory[0] = 1
                memory.flush()
        os.rename(os.path.join(made, 'file'), os.path.join(made, 'other'))
    with tempfile.NamedTemporaryFile(dir=directory) as file:
        os.fchmod(file.fileno(), 0o644)
    # Without a name: O_TMPFILE.
    with tempfile.TemporaryFile(dir=directory) as file:
        file.write(b'x')
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
