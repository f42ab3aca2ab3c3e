"""Logs by syslog(3)."""
import syslog

syslog.openlog('exercise-said', syslog.LOG_PID, syslog.LOG_DAEMON)
syslog.syslog(syslog.LOG_INFO, 'heard')
print('works', open('/proc/thread-self/attr/current').read().strip('\0\n'))
