import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import {
  type AccessAnswer,
  access,
  formatRule,
  QueryError,
} from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFileFromCil, policyFromCil } from '../../support/policy.ts';
import { runCli } from '../../support/run-cli.ts';

const POLICY = `${CIL_PRELUDE}
(type a_t) (roletype r a_t)
(type b_t) (roletype r b_t)
(type parent_t) (roletype r parent_t)
(type child_t) (roletype r child_t)
(type loose_t) (roletype r loose_t)
(type stray_t)
(typeattribute domains)
(typeattributeset domains (a_t child_t parent_t))
(typebounds parent_t child_t)
(typepermissive loose_t)
(boolean x false) (boolean y true) (boolean z false)
(allow domains b_t (file (read open)))
(booleanif x (true (allow a_t b_t (file (write)))))
(booleanif (and y (not z)) (true (allow a_t b_t (file (append)))) (false (allow a_t b_t (file (lock)))))
(booleanif z (true (allow a_t b_t (file (write append)))) (false (allow a_t b_t (file (map)))))
(booleanif (not z) (false (allow a_t b_t (file (map)))))
(booleanif (and x (not x)) (true (allow a_t b_t (file (unlink)))))
(allow child_t b_t (file (read write)))
(booleanif y (true (allow parent_t b_t (file (write)))))
(allow child_t b_t (file (append)))

(allow a_t b_t (chr_file (ioctl read)))
(allowx a_t b_t (ioctl chr_file (0x5401 (range 0x5410 0x5413))))
(allow a_t b_t (blk_file (ioctl)))
(dontauditx domains b_t (ioctl blk_file (0x1260)))
(allow a_t b_t (fifo_file (ioctl)))

(role other_r) (roletype other_r stray_t) (user v) (userrole v other_r) (userlevel v (s0)) (userrange v ((s0) (s0)))
(allow a_t stray_t (process (transition signal)))
(allow a_t b_t (dir (search read write)))
(mlsconstrain (dir (search)) (and (dom h1 h2) (incomp l2 h2)))
(mlsconstrain (dir (read)) (dom l1 h2))
(mlsconstrain (dir (write)) (and (eq t1 b_t) (dom l1 h2)))
`;

const db = await policyFromCil(POLICY);

/** permission -> access, and its settings if it depends on some. */
function verdicts(answer: AccessAnswer): Record<string, unknown> {
  return Object.fromEntries(
    answer.permissions.map(({ permission, access: is, when }) => [permission, when ?? is]),
  );
}

describe('under the booleans', () => {
  const question = { source: 'a_t', target: 'b_t', tclass: 'file' } as const;
  const permissions = ['read', 'write', 'append', 'lock', 'map', 'unlink', 'execute'];

  test('as the policy sets them, and as they are given', () => {
    expect(verdicts(access(db, { ...question, permissions }))).toEqual({
      read: 'granted',
      write: 'denied',
      append: 'granted',
      lock: 'denied',
      map: 'granted',
      unlink: 'denied',
      execute: 'denied',
    });
    const changed = access(db, { ...question, permissions, booleans: { x: true, y: false } });
    expect(verdicts(changed)).toMatchObject({
      write: 'granted',
      append: 'denied',
      lock: 'granted',
    });
  });

  test('of every setting, with the settings that grant it and no others', () => {
    expect(verdicts(access(db, { ...question, permissions, booleans: 'every' }))).toEqual({
      read: 'granted',
      write: [{ x: true }, { z: true }],
      append: [{ y: true }, { z: true }],
      lock: [{ y: false }, { z: true }],
      // One branch or another of two conditionals, always.
      map: 'granted',
      // A condition that no setting makes true.
      unlink: 'denied',
      execute: 'denied',
    });
  });

  test('a boolean that the policy does not have is an error', () => {
    expect(() => access(db, { ...question, booleans: { nosuch: true } })).toThrow(
      'the policy has no boolean `nosuch`',
    );
  });
});

test('each granted permission carries its rules', () => {
  const { permissions } = access(db, {
    source: 'a_t',
    target: 'b_t',
    tclass: 'file',
    permissions: ['write'],
    booleans: 'every',
  });
  expect(permissions[0]!.rules.map(formatRule).sort()).toEqual([
    'allow a_t b_t:file write; [ x ]:True',
    'allow a_t b_t:file { append write }; [ z ]:True',
  ]);
});

test('of netlink messages it says where Android’s kernel means another thing', async () => {
  const file = readFileSync(
    await policyFileFromCil(
      `${CIL_PRELUDE}(allow base_t self (netlink_route_socket (nlmsg_read)))`,
    ),
  );
  const ask = (bits: number, tclass: string, permissions: string[]) => {
    const bytes = Buffer.from(file);
    bytes.writeUInt32LE((file.readUInt32LE(20) | bits) >>> 0, 20);
    return access(readPolicy(bytes), { source: 'base_t', target: 'base_t', tclass, permissions });
  };
  expect(ask(0, 'netlink_route_socket', ['nlmsg_read']).notes).toEqual([]);
  expect(ask(0x8000_0000, 'netlink_route_socket', ['bind']).notes).toEqual([]);
  expect(ask(0x8000_0000, 'file', ['read']).notes).toEqual([]);
  const android = ask(0xc000_0000, 'netlink_route_socket', ['nlmsg_read']);
  expect(android.notes.map((note) => /nlmsg_\w+/.exec(note)?.[0])).toEqual([
    'nlmsg_readpriv',
    'nlmsg_getneigh',
  ]);
});

test('a bounded type has no more than its parent, in each setting', () => {
  const ask = (booleans: 'every' | Record<string, boolean>): AccessAnswer =>
    access(db, { source: 'child_t', target: 'b_t', tclass: 'file', booleans });
  expect(verdicts(ask('every'))).toMatchObject({
    read: 'granted',
    write: [{ y: true }],
    append: 'denied',
  });
  expect(verdicts(ask({ y: false }))).toMatchObject({ read: 'granted', write: 'denied' });
  const append = ask('every').permissions.find(({ permission }) => permission === 'append');
  expect(append!.reason!.kind).toBe('typebounds');
});

describe('extended permissions', () => {
  const left = (tclass: string) =>
    access(db, { source: 'a_t', target: 'b_t', tclass }).extended.map((e) => [
      e.permission,
      ...e.ranges,
    ]);

  test('narrow ioctl to the commands that are allowed', () => {
    expect(left('chr_file')).toEqual([['ioctl', [0x5401, 0x5401], [0x5410, 0x5413]]]);
  });

  test('of any kind make the kernel look at commands: with only dontauditxperm none is left', () => {
    expect(left('blk_file')).toEqual([['ioctl']]);
  });

  test('are not mentioned where there are none', () => {
    expect(left('fifo_file')).toEqual([]);
  });
});

describe('contexts', () => {
  const one = (source: string, target: string, tclass: string, permission: string) =>
    access(db, { source, target, tclass, permissions: [permission] }).permissions[0]!;

  test('a type is granted what some context with it is, and that context is shown', () => {
    const read = one('a_t', 'b_t', 'dir', 'read');
    expect(read.access).toBe('granted');
    expect(read.contexts!.source).toMatch(/^u:r:a_t:s0/);
  });

  test('a whole context is judged as it is', () => {
    const low = 'u:r:a_t:s0';
    const high = 'u:object_r:b_t:s0-s0:c0.c3';
    expect(one(low, high, 'dir', 'read')).toMatchObject({
      access: 'denied',
      reason: { kind: 'constraint', text: 'l1 dom h2' },
    });
    expect(one('u:r:a_t:s0:c0.c3', high, 'dir', 'read').access).toBe('granted');
  });

  test('what constraints refuse for any level is denied', () => {
    expect(one('a_t', 'b_t', 'dir', 'write')).toMatchObject({
      access: 'denied',
      reason: { kind: 'constraint' },
    });
  });

  test('what no level that was tried passes is not called denied', () => {
    expect(one('a_t', 'b_t', 'dir', 'search').access).toBe('unknown');
  });

  test('a process may not change to a role without a rule for it', () => {
    // stray_t goes with other_r (and object_r) only, and no rule allows r to become either.
    expect(one('u:r:a_t:s0', 'v:other_r:stray_t:s0', 'process', 'signal').access).toBe('granted');
    expect(one('u:r:a_t:s0', 'v:other_r:stray_t:s0', 'process', 'transition')).toMatchObject({
      access: 'denied',
      reason: { kind: 'role', text: 'no rule `allow r other_r` between the roles' },
    });
  });

  test.each([
    ['u:r:stray_t:s0', 'the policy does not permit the context `u:r:stray_t:s0`'],
    ['v:other_r:stray_t:s0:c1', 'the policy does not permit the context `v:other_r:stray_t:s0:c1`'],
    ['u:r:a_t', '`u:r:a_t` lacks a level, and the policy has levels'],
    ['u:r:a_t:s7', '`s7` is no level or range of the policy'],
    ['domains', '`domains` is an attribute, and access is about types'],
    ['nosuch_t', 'the policy has no type `nosuch_t`'],
  ])('%s is refused', (source, message) => {
    const ask = () => access(db, { source, target: 'b_t', tclass: 'file' });
    expect(ask).toThrow(QueryError);
    expect(ask).toThrow(message);
  });
});

describe('what the policy does not know', () => {
  test.each([
    ['allow', 'unknown'],
    ['deny', 'denied'],
    ['reject', 'denied'],
  ] as const)('with handle_unknown %s is %s', async (handleUnknown, is) => {
    const policy = await policyFromCil(POLICY, { handleUnknown });
    for (const tclass of ['file', 'io_uring']) {
      const asked = { source: 'a_t', target: 'b_t', tclass, permissions: ['cmd'] };
      const [answer] = access(policy, asked).permissions;
      expect(answer).toMatchObject({ access: is, reason: { kind: 'unknown permission' } });
    }
  });

  test('a class without permissions to ask for is an error', () => {
    expect(() => access(db, { source: 'a_t', target: 'b_t', tclass: 'io_uring' })).toThrow(
      'the policy has no class `io_uring`',
    );
  });
});

describe('the command', () => {
  const ask = async (...args: string[]) =>
    runCli(['query', 'access', '--policy', await policyFileFromCil(POLICY), ...args]);

  test('ends with 0 if all that is named is granted, 1 if not, 4 if it cannot say', async () => {
    expect((await ask('a_t', 'b_t', 'file', 'read', 'open')).code).toBe(0);
    expect((await ask('a_t', 'b_t', 'file', 'read', 'write')).code).toBe(1);
    expect((await ask('a_t', 'b_t', 'file', 'write', '-b', 'x=on')).code).toBe(0);
    expect((await ask('a_t', 'b_t', 'file', 'write', '--every')).code).toBe(1);
    expect((await ask('a_t', 'b_t', 'dir', 'search')).code).toBe(4);
    expect((await ask('a_t', 'b_t', 'file')).code).toBe(0);
    expect((await ask('a_t', 'kernel_t', 'file')).code).toBe(1);
    expect((await ask('nosuch_t', 'b_t', 'file')).code).toBe(2);
    expect((await ask('a_t', 'b_t', 'file', '-b', 'x')).code).toBe(2);
  });

  test('shows the context, the rules and what is left of ioctl', async () => {
    const { out } = await ask('a_t', 'b_t', 'chr_file', 'ioctl', 'write');
    expect(out).toBe(`a_t → b_t : chr_file, booleans as the policy sets them
  ioctl  granted
    for u:r:a_t:s0 and u:r:b_t:s0
    allow a_t b_t:chr_file { ioctl read };
  write  denied     no allow rule that applies grants it to \`a_t\` on \`b_t\`
  of ioctl only: 0x5401 0x5410-0x5413
    allowxperm a_t b_t:chr_file ioctl { 0x5401 0x5410-0x5413 };
`);
  });

  test('marks a permissive source, which does what it is denied', async () => {
    const { out, code } = await ask('loose_t', 'b_t', 'file', 'write');
    expect(out).toContain('the source is permissive');
    expect(code).toBe(0);
  });

  test('gives the same as data', async () => {
    const { out } = await ask('a_t', 'b_t', 'file', 'write', '--every', '--json');
    expect(JSON.parse(out)).toMatchObject({
      booleans: 'every',
      permissions: [{ permission: 'write', access: 'sometimes', when: [{ x: true }, { z: true }] }],
    });
  });
});
