"""Traffic of an ordinary program: `traffic.py HOSTS SECONDS`. Opens real HTTP and TLS connections and sends datagrams until the time is over."""

import json
import socket
import ssl
import sys
import time

hosts, seconds = json.loads(sys.argv[1]), float(sys.argv[2])
end = time.monotonic() + seconds
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE


def connection(host, tls):
    sock = socket.create_connection((host["address"], 443 if tls else 80), timeout=10)
    return context.wrap_socket(sock, server_hostname=host["name"]) if tls else sock


def talk(sock, host):
    sock.sendall(f"GET / HTTP/1.1\r\nHost: {host['name']}\r\nConnection: close\r\n\r\n".encode())
    while sock.recv(65536):
        pass


# One connection per server stays open until the end, for a monitor that looks only every few seconds.
kept = [
    connection(host, service["what"] == "tls")
    for host in hosts
    for service in host["serves"]
    if service["what"] != "udp"
]
while True:
    for host in hosts:
        for service in host["serves"]:
            if service["what"] == "udp":
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                    sock.sendto(b"ordinary", (host["address"], service["port"]))
                continue
            with connection(host, service["what"] == "tls") as sock:
                # Long enough for a monitor that looks every few hundred milliseconds to see it open.
                time.sleep(0.4)
                talk(sock, host)
    if time.monotonic() > end:
        break
    time.sleep(0.5)
for sock in kept:
    sock.close()
