import { expect, test } from 'vitest';
import { startLines, tracedStart } from '../../src/lab/traced-unit.ts';

/** The drop-in, less what every one has. */
function dropIn(unit: string): string[] {
  return tracedStart(unit, 'strace -f', '/d')
    .split('\n')
    .filter((line) => !/^(\[Service\]|TimeoutStartSec=infinity|SystemCallFilter=|)$/.test(line));
}

test('a tracer is put before each command, behind the prefixes of systemd', () => {
  expect(
    dropIn('[Service]\nExecStart=-+/usr/bin/a -x "b c"\nExecStart=!!/usr/bin/a \\\n  --more\n'),
  ).toEqual([
    'ExecStart=',
    'ExecStart=-+strace -f /usr/bin/a -x "b c"',
    'ExecStart=!!strace -f /usr/bin/a --more',
  ]);
});

test('a name of its own in argv[0] goes, and what an empty command took back is not started', () => {
  expect(
    startLines('[Service]\nExecStart=/bin/old\nExecStart=\nExecStart=@/usr/bin/a a: -x\n'),
  ).toEqual([{ prefixes: '', program: '/usr/bin/a', line: '/usr/bin/a -x' }]);
  expect(startLines('[Service]\nExecStartPre=/bin/no\nExecStop=/bin/no\n')).toEqual([]);
});

test('the sandbox lets the tracer write and read descriptors, and only where there is one', () => {
  const start = 'ExecStart=/usr/bin/a\n';
  expect(dropIn(`[Service]\n${start}User=a\n`)).toHaveLength(2);
  expect(dropIn(`[Service]\n${start}ProtectSystem=strict\n`)).toContain('ReadWritePaths=/d');
  expect(dropIn(`[Service]\n${start}CapabilityBoundingSet=CAP_CHOWN\n`)).toContain(
    'CapabilityBoundingSet=CAP_SYS_PTRACE',
  );
  // Where the unit bounds none, this line would take all others away.
  expect(dropIn(`[Service]\n${start}# CapabilityBoundingSet=CAP_CHOWN\n`)).toHaveLength(2);
});
