"""Sets the clock to the time that it is, disciplines it, and looks at the clock of the machine."""
import ctypes
import fcntl
import os
import time

time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))
library = ctypes.CDLL('libc.so.6', use_errno=True)
buffer = (ctypes.c_long * 40)()
buffer[0] = 0x0002  # ADJ_FREQUENCY, to none
assert library.adjtimex(buffer) >= 0, os.strerror(ctypes.get_errno())
with open('/dev/rtc0', 'rb') as clock:
    print(len(fcntl.ioctl(clock, 0x80247009, bytes(36))))
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
