"""Shares memory: an object of POSIX and its semaphore, a file without a name, segments and semaphores of System V."""
import ctypes
import mmap
import os

import _posixshmem

library = ctypes.CDLL('libc.so.6', use_errno=True)


def check(code):
    if code == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return code


block = _posixshmem.shm_open('/exercise', os.O_RDWR | os.O_CREAT | os.O_EXCL, mode=0o600)
os.ftruncate(block, 4096)
with mmap.mmap(block, 4096) as memory:
    memory[0] = 7
child = os.fork()
if child == 0:
    with mmap.mmap(_posixshmem.shm_open('/exercise', os.O_RDWR), 4096) as memory:
        os._exit(memory[0])
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
_posixshmem.shm_unlink('/exercise')

library.sem_open.restype = ctypes.c_void_p
semaphore = library.sem_open(b'/exercise', os.O_CREAT, 0o600, 1)
assert semaphore, os.strerror(ctypes.get_errno())
check(library.sem_wait(ctypes.c_void_p(semaphore)))
check(library.sem_close(ctypes.c_void_p(semaphore)))
check(library.sem_unlink(b'/exercise'))

file = os.memfd_create('exercise', os.MFD_CLOEXEC)
os.truncate(file, 4096)
with mmap.mmap(file, 4096) as memory:
    memory[0] = 1

CREATE, REMOVE = 0o1600, 0
segment = check(library.shmget(0, 4096, CREATE))
library.shmat.restype = ctypes.c_void_p
address = library.shmat(segment, None, 0)
assert address != ctypes.c_void_p(-1).value
check(library.shmdt(ctypes.c_void_p(address)))
check(library.shmctl(segment, REMOVE, None))
semaphores = check(library.semget(0, 1, CREATE))
check(library.semctl(semaphores, 0, 16, 1))
check(library.semop(semaphores, (ctypes.c_short * 3)(0, -1, 0), 1))
check(library.semctl(semaphores, 0, REMOVE))
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
