"""Runs code that it has written: in memory that is both, and in memory that is made executable afterwards."""
import ctypes
import mmap

CODE = bytes.fromhex('b82a000000c3')
library = ctypes.CDLL('libc.so.6', use_errno=True)
both = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
both.write(CODE)
address = ctypes.addressof(ctypes.c_char.from_buffer(both))
assert ctypes.CFUNCTYPE(ctypes.c_int)(address)() == 42
after = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
after.write(CODE)
address = ctypes.addressof(ctypes.c_char.from_buffer(after))
assert library.mprotect(ctypes.c_void_p(address), 4096, mmap.PROT_READ | mmap.PROT_EXEC) == 0
assert ctypes.CFUNCTYPE(ctypes.c_int)(address)() == 42
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
