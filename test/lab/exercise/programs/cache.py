"""A cache: files and links below its directory, replaced as a whole, mapped, emptied."""
import mmap
import os
import shutil

base = os.environ['CACHE_DIRECTORY']
shutil.rmtree(f'{base}/entries', ignore_errors=True)
os.mkdir(f'{base}/entries')
for number in range(3):
    with open(f'{base}/entries/.new', 'wb') as file:
        file.write(b'x' * 4096)
    os.rename(f'{base}/entries/.new', f'{base}/entries/{number}')
if not os.path.islink(f'{base}/current'):
    os.symlink('entries/0', f'{base}/current')
with open(f'{base}/current', 'rb') as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as memory:
    assert memory[0] == ord('x')
print(sorted(os.listdir(base)))
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
