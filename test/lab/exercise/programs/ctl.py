"""Controls the daemon: over its socket, over its port, by a signal, and by the files that they share."""
import os
import signal
import socket
import sys


def ask(address, words):
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.connect(address)
        sock.sendall(words.encode())
        return sock.recv(500).decode()


verb, *rest = sys.argv[1:]
if verb == 'socket':
    print(ask('/run/exercise/socket', rest[0]))
elif verb == 'port':
    print(ask(('127.0.0.1', 4711), rest[0]))
elif verb == 'reload':
    os.kill(int(rest[0]), 0)
    os.kill(int(rest[0]), signal.SIGHUP)
    print('asked to reload')
elif verb == 'queue':
    with open('/var/spool/exercise/.job', 'w') as file:
        file.write(rest[0])
    os.rename('/var/spool/exercise/.job', '/var/spool/exercise/job')
    print(sorted(os.listdir('/var/spool/exercise')))
elif verb == 'state':
    print(sorted(os.listdir('/var/lib/exercise')), open('/var/lib/exercise/state').read().strip())
