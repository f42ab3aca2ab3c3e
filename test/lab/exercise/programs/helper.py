"""A helper of the daemon, in a domain of its own: makes a temporary file, and answers through the pipe."""
import tempfile

with tempfile.NamedTemporaryFile() as file:
    file.write(b'x' * 10)
    file.flush()
    with open('/proc/thread-self/attr/current') as own:
        print(own.read().strip('\0\n'), file.name.startswith('/tmp/'))
