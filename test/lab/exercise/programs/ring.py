"""Reads a file through io_uring, then with a thread of the kernel that polls the ring."""
import ctypes
import mmap
import os
import struct

library = ctypes.CDLL('libc.so.6', use_errno=True)
SETUP, ENTER = 425, 426


def system_call(number, *arguments):
    code = library.syscall(ctypes.c_long(number), *arguments)
    if code < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), number)
    return code


def read_through(flags):
    parameters = bytearray(120)
    struct.pack_into('<I', parameters, 8, flags)
    if flags:
        struct.pack_into('<I', parameters, 16, 100)
    view = (ctypes.c_char * 120).from_buffer(parameters)
    ring = system_call(SETUP, 4, view)
    entries, completions = struct.unpack_from('<II', parameters, 0)
    (_, tail, mask, _, ring_flags, _, array, _, _) = struct.unpack_from('<IIIIIIIIQ', parameters, 40)
    (_, done_tail, _, _, _, done, _, _, _) = struct.unpack_from('<IIIIIIIIQ', parameters, 80)
    size = max(array + entries * 4, done + completions * 16)
    rings = mmap.mmap(ring, size, flags=mmap.MAP_SHARED | 0x8000, offset=0)
    requests = mmap.mmap(ring, entries * 64, flags=mmap.MAP_SHARED | 0x8000, offset=0x10000000)
    file = os.open('/usr/local/share/exercise/ring.py', os.O_RDONLY)
    buffer = ctypes.create_string_buffer(16)
    struct.pack_into('<BBHiQQII', requests, 0, 22, 0, 0, file, 0, ctypes.addressof(buffer), 16, 0)
    struct.pack_into('<I', rings, array, 0)
    struct.pack_into('<I', rings, tail, 1)
    wake = 2 if flags else 0
    system_call(ENTER, ring, 1, 1, 1 | wake, None, 0)
    assert buffer.raw.startswith(b'"""Reads a file'), buffer.raw
    os.close(file)
    os.close(ring)


read_through(0)
print('read')
read_through(2)
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
