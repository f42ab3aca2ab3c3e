"""The far side of the lab's network: real HTTP, TLS and UDP servers, as a JSON list of hosts says (`peers.py HOSTS DIRECTORY`).

Runs in a network namespace of its own. Every datagram is written to DIRECTORY/datagrams as `ADDRESS PORT TEXT`.
"""

import http.server
import json
import socket
import ssl
import sys
import threading

hosts, directory = json.loads(sys.argv[1]), sys.argv[2]


class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"hello from the lab\n" * 20
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve_http(address, port, tls):
    server = http.server.ThreadingHTTPServer((address, port), Quiet)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory + "/certificate", directory + "/key")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


def serve_udp(address, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, port))
    while True:
        data, _ = sock.recvfrom(65536)
        with open(directory + "/datagrams", "a") as log:
            log.write(f"{address} {port} {data.decode(errors='replace')}\n")


for host in hosts:
    for service in host["serves"]:
        if service["what"] == "udp":
            target, args = serve_udp, (host["address"], service["port"])
        else:
            tls = service["what"] == "tls"
            target, args = serve_http, (host["address"], 443 if tls else 80, tls)
        threading.Thread(target=target, args=args).start()
