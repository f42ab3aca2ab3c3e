"""Runs a program of its own package and programs of the system, in its own domain."""
import subprocess

print(subprocess.run(['/usr/local/libexec/exercise-part', 'part'], capture_output=True, text=True).stdout.strip())
packed = subprocess.run(['/usr/bin/gzip', '-c'], input=b'x' * 1000, capture_output=True)
assert packed.returncode == 0 and len(packed.stdout) < 100, packed
sleeping = subprocess.Popen(['/usr/bin/sleep', '60'])
sleeping.terminate()
sleeping.wait()
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
