import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/upkeep/index.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

let result: CliResult;
let findings: Finding[];

/** Both releases are built where they are not cached. No guest runs, but what a guest needs to build them has to be here. */
beforeAll(async () => {
  result = await runCli(['upkeep', '--program', '1.7.0', '--from', '1.6.0', '--json']);
  findings = JSON.parse(result.out).parts[0].findings;
}, 40 * 60_000);

/** What was found by hand between the two, and where strings and calls can show it. */
describe('of what changed from rustnet 1.6.0 to 1.7.0, the bytes show', () => {
  const KNOWN: Readonly<Record<string, readonly string[]>> = {
    'names are resolved inside the sandbox, which now knows their files': [
      '+ /etc/host.conf',
      '+ /etc/hosts',
      '+ /etc/resolv.conf',
    ],
    'names of containers are looked up': [
      '+ /var/lib/docker/containers',
      '+ config.v2.json',
      '+ /var/lib/containers/storage',
      '+ -containers/containers.json',
      '+ docker/containers',
      '+ containers/storage',
      '+ /cgroup',
    ],
    'outputs are opened by walking there, and not by libpcap': [
      '+ openat',
      '+ mkdirat',
      '+ fstatat',
      '+ readlinkat',
      '+ fchmodat',
      '- pcap_dump_open',
      '+ /proc/self/fd',
    ],
    // That outputs no longer go to the user of sudo is not shown: the name stays for another use, and where it is seen is the compiler's choice.
    'a headless mode': ['+ --headless'],
  };

  test.each(Object.entries(KNOWN))('%s', (_, lines) => {
    const changes = findings.flatMap((one) => one.changes);
    expect(lines.filter((line) => !changes.includes(line))).toEqual([]);
  });

  test('and little else: a person sees them', () => {
    const unclear = findings.filter(({ level }) => level === 'unclear');
    expect(unclear.length).toBeLessThanOrEqual(7);
    expect(unclear.flatMap(({ changes }) => changes).length).toBeLessThan(40);
    expect(findings.flatMap(({ changes }) => changes).length).toBeLessThan(70);
    expect(result.code).toBe(4);
  });

  test('each with the ability that it concerns', () => {
    const part = (line: string): string[] =>
      findings.find(({ changes }) => changes.includes(line))!.concerns.map((one) => one.part);
    expect(part('+ /etc/hosts')).toEqual(['resolveNames']);
    expect(part('+ /var/lib/docker/containers')).toEqual(['refuseContainerNames']);
    expect(part('+ openat')).toContain('writeOutput');
    expect(part('+ pcap_setnonblock')).toEqual(['capturePackets']);
  });
});
