import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { watchAudit, withDenials } from '../../src/lab/audit.ts';
import {
  connectSsh,
  debian13,
  type Machine,
  MachineError,
  probeBinary,
  type QemuMachine,
  startQemu,
} from '../../src/lab/index.ts';
import { isSelinuxDenial } from '../../src/lab/lab-denial.ts';
import { snapshotOf } from '../../src/lab/machine/snapshot.ts';
import { SELINUX_RECORDS } from '../../src/lab/selinux.ts';
import { readPolicy, type TypeId } from '../../src/selinux/policydb/index.ts';
import { access } from '../../src/selinux/query/index.ts';
import { choices } from '../oracle/random-policy.ts';
import { sshInto } from '../support/guest-ssh.ts';
import { progressOf } from '../support/progress.ts';

const progress = progressOf('machine');

/** One guest for the whole file: the last test kills it. */
let guest: QemuMachine;
const directory = mkdtempSync(join(tmpdir(), 'confine-guest-'));

beforeAll(async () => {
  guest = await startQemu(await debian13(), { ssh: true, progress });
}, 900_000);

afterAll(async () => {
  await guest?.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('the guest boots SELinux, enforcing, with everything labelled', async () => {
  const { code, stdout } = await guest.run(
    `getenforce; cat /proc/self/attr/current; echo
find / -xdev \\( -context '*:unlabeled_t:*' -o -context '*:file_t:*' \\) ! -path /lost+found | head
systemctl is-active auditd systemd-resolved ssh`,
  );
  expect(stdout.replaceAll('\0', '').split('\n').filter(Boolean)).toEqual([
    'Enforcing',
    'unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023',
    'active',
    'active',
    'active',
  ]);
  expect(code).toBe(0);
});

test('a denial that is provoked is seen, between its marks and only there', async () => {
  const audit = await watchAudit(guest, SELINUX_RECORDS);
  const provoke = `runcon -t netutils_t -- /bin/true; true`;
  const quiet = await audit.window(() => guest.run('true'));
  const loud = await audit.window(() => guest.run(provoke));
  const again = await audit.window(() => guest.run('true'));
  const seen = (denials: typeof loud.denials): string[] =>
    denials
      .filter(isSelinuxDenial)
      .filter(({ target }) => target.type === 'netutils_t')
      .map(({ tclass, permissions }) => `${tclass} ${permissions.join(' ')}`);
  expect(seen(quiet.denials)).toEqual([]);
  expect(seen(loud.denials)).toContain('process transition');
  expect(seen(again.denials)).toEqual([]);
  // Who must find out why a machine broke is told what was denied before.
  const broke = await withDenials(
    guest,
    new MachineError('it broke', { hint: 'mend it' }),
    SELINUX_RECORDS,
  );
  expect(broke).toMatchObject({ message: 'it broke', evidence: { hint: 'mend it' } });
  expect(broke.evidence.denials!.at(-1)).toMatch(/avc: +denied .*netutils_t/);
});

test('the kernel answers 100,000 random access questions as `query access` does', async () => {
  const db = readPolicy(await guest.get('/sys/fs/selinux/policy'));
  const { one: pick, chance } = choices(20_250_213);
  const named = (ids: readonly number[]): string[] => ids.map((id) => db.types.names[id]!);
  const all = db.types.names
    .map((_, id) => id)
    .filter((id) => !db.types.attributes.has(id as TypeId));
  const types = named(all);
  // Domains ask most; of the other pairs nearly all answers would be nothing.
  const systemRole = db.roles.types[db.roles.ids.get('system_r')!]!;
  const domains = named(all.filter((id) => systemRole.has(id as TypeId)));
  const isDomain = new Set(domains);
  const questions = Array.from({ length: 100_000 }, () => {
    const tclass = pick(db.classes.names);
    const target = chance(30) ? pick(domains) : pick(types);
    return {
      source: `system_u:system_r:${pick(domains)}:s0`,
      target:
        isDomain.has(target) && chance(50)
          ? `system_u:system_r:${target}:s0`
          : `system_u:object_r:${target}:s0`,
      tclass,
    };
  });
  const lines = questions.map(
    ({ source, target, tclass }) => `${source} ${target} ${db.classes.ids.get(tclass)! + 1}`,
  );
  await guest.put('/run/questions', `${lines.join('\n')}\n`);
  // Compiled: under emulation Python takes most of a minute to ask them.
  // Nothing below /run may be executed: Debian mounts it so.
  const ask = '/usr/local/bin/confine-ask-access';
  await guest.put(ask, await probeBinary(join(import.meta.dirname, 'ask-access.c')), 0o755);
  const asked = await guest.run(`${ask} < /run/questions`, { timeout: 600 });
  expect(asked.stderr).toBe('');
  const kernel = asked.stdout
    .trim()
    .split('\n')
    .map((word) => Number.parseInt(word, 16));
  expect(kernel).toHaveLength(questions.length);
  const differences = questions.flatMap((question, i) => {
    const ours = access(db, question)
      .permissions.filter((each) => each.access === 'granted')
      .map(({ permission }) => permission)
      .sort()
      .join(' ');
    const theirs = db.classes.permissions[db.classes.ids.get(question.tclass)!]!.filter(
      (_, bit) => ((kernel[i]! >>> bit) & 1) === 1,
    )
      .sort()
      .join(' ');
    return ours === theirs ? [] : [`${lines[i]}: ours { ${ours} }, the kernel's { ${theirs} }`];
  });
  expect(differences.slice(0, 20)).toEqual([]);
  // The draw was worth asking: more than a thousand answers grant something.
  expect(kernel.filter((bits) => bits !== 0).length).toBeGreaterThan(1000);
}, 900_000);

test('the same interface over SSH, against the guest’s own sshd', async () => {
  let remote: Machine | undefined;
  try {
    remote = await sshInto(guest, directory);
    expect(await remote.run('cat; hostname; exit 3', { input: 'in ' })).toMatchObject({
      code: 3,
      stdout: 'in confine-lab\n',
    });
    const content = Buffer.from('\0binary\xff', 'latin1');
    await remote.put('/root/there/file', content);
    expect(Buffer.compare(await guest.get('/root/there/file'), content)).toBe(0);
    const audit = await watchAudit(remote, SELINUX_RECORDS);
    expect((await audit.window(async () => 1)).value).toBe(1);
  } finally {
    await remote?.stop();
  }
});

describe('guests that go on from one snapshot', () => {
  test('are machines of their own, at today’s time', async () => {
    const image = await debian13();
    const [one, other] = await Promise.all(
      [1, 2].map(() => startQemu(image, { accelerator: 'tcg', progress })),
    );
    try {
      for (const each of [one!, other!]) {
        expect(each.name).toBe('QEMU (emulated, from a snapshot)');
        const asked = Date.now() / 1000;
        const { stdout } = await each.run('date +%s; ls /root/mine 2>&1; touch /root/mine; sync');
        const [time, file] = stdout.split('\n');
        expect(Number(time)).toBeGreaterThan(asked - 5);
        expect(Number(time)).toBeLessThan(Date.now() / 1000 + 5);
        expect(file).toContain('No such file');
      }
    } finally {
      await Promise.all([one!.stop(), other!.stop()]);
    }
  });

  test('have a clock that runs as fast as the host’s', async () => {
    const at = async (): Promise<number> => {
      const asked = Date.now();
      const { stdout } = await guest.run('date +%s.%N');
      return (asked + Date.now()) / 2000 - Number(stdout);
    };
    const behind = await at();
    await sleep(10_000);
    expect(Math.abs((await at()) - behind)).toBeLessThan(2);
  });

  test.each<[string, (memory: string, whole: string) => void]>([
    [
      'is cut',
      (memory, whole) => writeFileSync(memory, readFileSync(whole).subarray(0, 5_000_000)),
    ],
    ['never comes', (memory) => execFileSync('mkfifo', [memory])],
  ])('a snapshot whose memory %s is thrown away, and the guest boots', async (_, broken) => {
    const image = await debian13();
    const whole = await snapshotOf(image, {});
    const cache = mkdtempSync(join(directory, 'cache-'));
    const there = join(cache, 'confine/guest', basename(whole.directory));
    mkdirSync(there, { recursive: true });
    symlinkSync(dirname(image.rootDisk), join(there, '..', basename(dirname(image.rootDisk))));
    copyFileSync(whole.changes, join(there, 'changes.qcow2'));
    broken(join(there, 'memory'), whole.memory);
    // Held open: who reads from a pipe into which nothing comes then ends with this test, and not never.
    const held = openSync(join(there, 'memory'), 'r+');
    const said: string[] = [];
    vi.stubEnv('XDG_CACHE_HOME', cache);
    try {
      // It boots, and is given no time for it.
      await expect(
        startQemu(image, {
          accelerator: 'tcg',
          bootTimeout: 3,
          progress: (what) => said.push(what),
        }),
      ).rejects.toThrow('the machine did not come up within 3 seconds');
    } finally {
      closeSync(held);
      vi.unstubAllEnvs();
    }
    expect(said).toEqual([
      expect.stringMatching(
        /^the snapshot `.*` does not go on, and is thrown away; the guest boots/,
      ),
    ]);
    expect(existsSync(there)).toBe(false);
  });
});

test('a host that nobody answers on could not run', async () => {
  await expect(connectSsh({ user: 'root', host: '127.0.0.1', port: 1 })).rejects.toBeInstanceOf(
    MachineError,
  );
});

test('a guest that is killed in the middle of the run is a broken machine', async () => {
  const open = guest.run('sleep 60').catch((error: unknown) => error);
  setTimeout(() => process.kill(guest.pid, 'SIGKILL'), 500);
  const error = await open;
  expect(error).toBeInstanceOf(MachineError);
  expect((error as MachineError).message).toMatch(
    /ended in the middle of the run|closed its channel/,
  );
  expect((error as MachineError).evidence.reproduce).toContain('qemu-system-x86_64');
  expect(await withDenials(guest, error as MachineError, SELINUX_RECORDS)).toBe(error);
  await guest.stop();
  expect(() => process.kill(guest.pid, 0)).toThrow();
});
