"""Opens TCP connections: one that waits, one that does not, one to a port that is not its own."""
import select
import socket

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
    sock.settimeout(None)
    sock.connect(('193.0.6.139', 80))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.getpeername(), sock.getsockname()
    sock.sendall(b'GET / HTTP/1.0\r\n\r\n')
    sock.shutdown(socket.SHUT_WR)
    print(sock.makefile('rb').readline().decode().strip())
with socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as sock:
    sock.connect_ex(('193.0.6.139', 80))
    select.select([], [sock], [], 10)
    print('connected', sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
    try:
        sock.connect(('203.178.141.194', 443 + 4000))
    except PermissionError:
        print('refused')
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
