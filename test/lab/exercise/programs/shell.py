"""Runs command lines by system(3) and popen(3), waits for one and ends another."""
import os
import subprocess

assert os.system('exit 7') >> 8 == 7
print(os.popen('echo heard; read line </dev/null; for i in 1 2; do :; done').read().strip())
loop = subprocess.Popen('while :; do :; done', shell=True)
loop.kill()
print(f'ended by {-loop.wait()}')
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
