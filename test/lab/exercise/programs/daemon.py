"""Serves a unix socket and a TCP port, keeps state, takes work from a spool, starts a helper, sends datagrams when it is told to."""
import os
import select
import signal
import socket
import subprocess

HOST, PORT = '193.0.6.139', 1234
reloaded = []
signal.signal(signal.SIGHUP, lambda *_: reloaded.append(1))

path = '/run/exercise/socket'
if os.path.exists(path):
    os.unlink(path)
local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
local.bind(path)
os.chmod(path, 0o660)
local.listen(8)
with open('/run/exercise/pid', 'w') as file:
    print(os.getpid(), file=file)
remote = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
remote.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
remote.bind(('127.0.0.1', 4711))
remote.listen(8)

state = '/var/lib/exercise/state'
with open(state + '.new', 'w') as file:
    file.write('kept\n')
    file.flush()
    os.fsync(file.fileno())
os.rename(state + '.new', state)
print('ready', flush=True)


def answer(words):
    if words == 'helper':
        ran = subprocess.run(['/usr/local/bin/exercise-helper', '-ISB', '/usr/local/share/exercise/helper.py'],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return ran.stdout.strip() or f'{ran.returncode} {ran.stderr}'
    if words == 'kill':
        child = subprocess.Popen(['/usr/local/bin/exercise-helper', '-ISB', '-c', 'import time; time.sleep(60)'],
                                 stdin=subprocess.DEVNULL)
        child.terminate()
        return f'ended by {-child.wait()}'
    if words == 'reloaded':
        return f'reloaded {len(reloaded)}'
    if words == 'spool':
        with open('/var/spool/exercise/job') as file:
            job = file.read().strip()
        os.unlink('/var/spool/exercise/job')
        return f'took {job}'
    if words == 'send':
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(('', 0))
        sock.connect((HOST, PORT))
        sock.send(b'exercise-datagram')
        return 'sent'
    return f'what is {words}?'


while True:
    ready, _, _ = select.select([local, remote], [], [])
    for listening in ready:
        client, _ = listening.accept()
        with client:
            if listening is local:
                client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            words = client.recv(100).decode()
            try:
                client.sendall(answer(words).encode())
            except OSError as error:
                client.sendall(str(error).encode())
