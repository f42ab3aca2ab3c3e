import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { profileNames } from '../../src/apparmor/profile/index.ts';
import { type ReviewedRecords, reviewRecords } from '../../src/cli/apparmor-review.ts';
import { FEATURE_SETS } from '../../src/cli/feature-sets.ts';
import { eventsIn, formatRequest } from '../../src/denials/index.ts';
import { Collector } from '../../src/fleet/index.ts';

/** What records mean for rustnet, on the compiler of each set of features. */
const REAL = readFileSync(join(import.meta.dirname, 'logs/debian-13.log'), 'utf8');
const record = (rest: string, outcome = 'DENIED', profile = 'rustnet'): string =>
  `type=AVC msg=audit(1764290091.123:456): apparmor="${outcome}" profile="${profile}" pid=1 comm="x" ${rest}`;
const file = (operation: string, name: string, letters: string, owner = false): string =>
  `operation="${operation}" class="file" name=${name} requested_mask="${letters}" denied_mask="${letters}" fsuid=0 ouid=${owner ? 0 : 1}`;
const quoted = (text: string): string => `"${text}"`;
const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase();

const MADE = [
  record(file('open', quoted('/etc/passwd'), 'r')),
  record(file('open', quoted('/etc/services.d/x'), 'r')),
  // Of names that the language would take for patterns, each is that name alone.
  record(file('open', hex('/etc/sh?d*w{a,b}[x]"@{HOME}\\ \n'), 'r')),
  record(file('open', quoted('/home/alice/.ssh/id_rsa'), 'r', true)),
  record(file('file_mmap', quoted('/var/log/rustnet/out'), 'm', true)),
  record(file('getattr', quoted('run/x'), 'r')),
  record(file('exec', quoted('/usr/bin/dash'), 'x'), 'ALLOWED'),
  record(file('open', quoted('/etc/ld.so.cache'), 'r'), 'ALLOWED', 'rustnet//null-/usr/bin/dash'),
  record(file('open', quoted('/x'), 'r'), 'DENIED', 'other'),
  record(
    'operation="create" class="net" family="nonsense" sock_type="dgram" requested_mask="create" denied_mask="create"',
  ),
  record('operation="capable" class="cap" capability=16 capname="sys_module"'),
  record('operation="setrlimit" class="rlimits" rlimit=nofile value=9'),
];

function collected(text: string): Collector {
  const collector = new Collector({ ...rustnet, profiles: profileNames(rustnet) });
  for (const event of eventsIn(text, collector.unread)) collector.add(event);
  return collector;
}

/** The first words of what each request means. */
function meanings({ reviewed }: ReviewedRecords): Record<string, string> {
  return Object.fromEntries(
    reviewed.map(({ tally, meaning }) => {
      const nevers = 'nevers' in meaning ? meaning.nevers.map(({ id }) => ` ${id}`).join('') : '';
      return [`${tally.profile}: ${formatRequest(tally.request)}`, `${meaning.kind}${nevers}`];
    }),
  );
}

let found: Record<string, string>[];
let whole: ReviewedRecords;

beforeAll(async () => {
  const { apparmor, others } = collected(`${REAL}\n${MADE.join('\n')}`).all();
  expect(others).toBe(1);
  found = [];
  for (const set of FEATURE_SETS) {
    whole = await reviewRecords(rustnet, set, apparmor);
    found.push(meanings(whole));
  }
});

test('attacks of the lab are stopped by the nevers that they were about', () => {
  for (const each of found) {
    expect(each).toMatchObject({
      'rustnet: owner /etc/shadow r': 'forbidden read-2',
      'rustnet: network (send) inet dgram': 'forbidden send-udp egress',
      'rustnet: ptrace (trace) unconfined': 'forbidden ptrace',
      'rustnet: mount /mnt/': 'forbidden mount',
      'rustnet: /usr/share/confine-lab/shell x': 'forbidden execute',
      'rustnet: capability sys_module': 'forbidden load-kernel-module change-policy capabilities',
    });
    expect(each['rustnet: network (create) inet stream']).toMatch(/^open connect-tcp/);
  }
});

test('what the profile grants is granted, and what is like it is open', () => {
  for (const each of found) {
    expect(each['rustnet: /etc/passwd r']).toBe('granted');
    expect(each['rustnet: /etc/services.d/x r']).toBe('open');
    expect(each['rustnet: /etc/sh?d*w{a,b}[x]"@{HOME}\\ \n r']).toBe('open');
  }
});

test('a file that the profile writes is not to be run: two rules together break a never', () => {
  for (const each of found) {
    expect(each['rustnet: owner /var/log/rustnet/out m']).toBe('forbidden executable-memory');
  }
});

test('what was executed in complain mode is judged by its execution first', () => {
  for (const each of found) {
    expect(each['rustnet: /usr/bin/dash x']).toBe('forbidden execute');
    expect(each['rustnet//null-/usr/bin/dash: /etc/ld.so.cache r']).toBe('forbidden execute');
  }
});

test('what no rule can be made of is unknown, and is not lost', () => {
  for (const each of found) {
    expect(each['rustnet: run/x r']).toBe('unknown');
    expect(each['rustnet: network (create) nonsense dgram']).toBe('unknown');
    expect(each['rustnet: setrlimit rlimits']).toBe('unknown');
  }
});

test('a witness is of the request, and not of what stands open besides', () => {
  const ssh = whole.reviewed.find(
    ({ tally }) => tally.request.kind === 'file' && tally.request.path.endsWith('id_rsa'),
  )!;
  expect(JSON.stringify(ssh.meaning)).toContain('/home/alice/.ssh/id_rsa');
});
