"""The lab's agent: takes one request per line, runs it, reports one event per line.

It runs inside the machine under test, on a virtio-serial port (`--port NAME`) or on standard input and output (over SSH).
It decides nothing. Requests: run (a /bin/sh script), put and get (a file). Every request ends in exactly one `done` or
`error` event with its id; the host takes silence for a broken machine.
"""

import base64
import json
import os
import subprocess
import sys
import threading

LIMIT = 64 * 1024 * 1024


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--port":
        channel = os.open("/dev/virtio-ports/" + sys.argv[2], os.O_RDWR)
        source, sink = os.fdopen(channel, "rb", buffering=0, closefd=False), channel
    else:
        source, sink = sys.stdin.buffer, 1
    lock = threading.Lock()

    def say(event):
        line = (json.dumps(event) + "\n").encode()
        with lock:
            while line:
                line = line[os.write(sink, line):]

    say({"event": "ready", "release": os.uname().release})
    for request in lines(source):
        threading.Thread(target=answer, args=(request, say), daemon=True).start()


def lines(source):
    parts = []
    while True:
        block = source.read1(65536) if hasattr(source, "read1") else source.read(65536)
        if not block:
            if source is sys.stdin.buffer:
                return
            # A virtio port without its host reads as ended; the host may come back.
            threading.Event().wait(0.2)
            continue
        # A virtio port gives 4 KiB at a time: joining a long line anew with each block would cost its square.
        first, *more = block.split(b"\n")
        parts.append(first)
        for start in more:
            line = b"".join(parts)
            parts = [start]
            if line.strip():
                yield json.loads(line)


def answer(request, say):
    try:
        event = OPERATIONS[request["op"]](request)
        say({"id": request["id"], "event": "done", **event})
    except Exception as error:
        say({"id": request.get("id"), "event": "error", "message": f"{type(error).__name__}: {error}"})


def run(request):
    process = subprocess.Popen(
        ["/bin/sh", "-c", request["script"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC", "PATH": PATH},
        cwd="/",
    )
    out, err = process.communicate(base64.b64decode(request.get("input", "")))
    return {"code": process.returncode, "stdout": encode(out), "stderr": encode(err)}


PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def encode(data):
    if len(data) > LIMIT:
        raise ValueError(f"more than {LIMIT} bytes of output")
    return base64.b64encode(data).decode()


def put(request):
    path = request["path"]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if request["append"] else os.O_TRUNC)
    with os.fdopen(os.open(path, flags, request["mode"]), "wb") as file:
        file.write(base64.b64decode(request["data"]))
    os.chmod(path, request["mode"])
    return {}


def get(request):
    with open(request["path"], "rb") as file:
        return {"data": encode(file.read())}


OPERATIONS = {"run": run, "put": put, "get": get}

main()
