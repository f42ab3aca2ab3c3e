"""Owns a name on the system bus, calls the service manager and another service, and answers a call, by sd-bus as most daemons do."""
import ctypes

library = ctypes.CDLL('libsystemd.so.0')
bus, message, error = ctypes.c_void_p(), ctypes.c_void_p(), (ctypes.c_char * 64)()


def call(what, *arguments):
    code = getattr(library, what)(*arguments)
    if code < 0:
        raise OSError(-code, what)
    return code


def text(value):
    return ctypes.c_char_p(value.encode())


def ask(service, path, interface, member, *arguments):
    call('sd_bus_call_method', bus, text(service), text(path), text(interface), text(member), ctypes.byref(error),
         ctypes.byref(message), *(arguments or (None,)))
    print(member)


call('sd_bus_open_system', ctypes.byref(bus))
call('sd_bus_request_name', bus, text('org.example.Exercise'), ctypes.c_uint64(0))
print('owns its name')
ask('org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.DBus.Peer', 'GetMachineId')
ask('org.freedesktop.hostname1', '/org/freedesktop/hostname1', 'org.freedesktop.DBus.Peer', 'Ping')
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'), flush=True)
# Until it has been called: a ping is answered by the library itself.
for _ in range(600):
    if call('sd_bus_process', bus, ctypes.byref(message)) == 0:
        call('sd_bus_wait', bus, ctypes.c_uint64(100_000))
