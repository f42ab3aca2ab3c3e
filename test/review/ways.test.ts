import { expect, describe as group, test } from 'vitest';
import { eventsIn, readDenials, Tallies } from '../../src/denials/index.ts';
import type { Never } from '../../src/description/index.ts';
import { type Meaning, review } from '../../src/review/index.ts';
import type { PolicyDb } from '../../src/selinux/policydb/index.ts';
import { prove } from '../../src/selinux/prove/index.ts';
import { describe, PRELUDE } from '../selinux/prove/subject-policy.ts';
import { policyFromCil } from '../support/policy.ts';

const why = 'a test';
const KEYS: Never = { kind: 'inject-keystrokes', why };
const MESSAGES: Never = { kind: 'egress', channels: ['netlink-write'], why };
const BASE = `${PRELUDE}
(type demo_t) (roletype r demo_t) (type tty_t) (type other_t) (boolean loose false)
`;

/** What a denial of `tty_t:chr_file { ioctl }` means; `rest` is what else the record says. */
function meaning(
  db: PolicyDb,
  never: readonly Never[],
  access: string,
  { before = '', after = '' } = {},
): Meaning {
  const [, target, tclass, permissions] = /^(\w+):(\w+) \{ (.*) \}$/.exec(access)!;
  const line = `type=AVC msg=audit(1.000:1): avc:  denied  { ${permissions} } for  pid=7 ${before} scontext=u:r:demo_t:s0 tcontext=u:r:${target}:s0 tclass=${tclass} permissive=0 ${after}`;
  const tallies = new Tallies();
  for (const denial of eventsIn(line).flatMap((event) => readDenials(event))) tallies.add(denial);
  return review({ db }, describe('demo', never), tallies.all())[0]!.meaning;
}

group('a never that is violated already', () => {
  const open = `${BASE}(allow demo_t other_t (chr_file (ioctl)))`;

  test('still forbids what adds a way', async () => {
    const db = await policyFromCil(open);
    expect(prove({ db }, describe('demo', [KEYS]))[0]!.verdict.outcome).toBe('violated');
    const found = meaning(db, [KEYS], 'tty_t:chr_file { ioctl }', { before: 'ioctlcmd=0x5412' });
    expect(found).toMatchObject({
      kind: 'forbidden',
      nevers: [{ id: 'inject-keystrokes', way: expect.stringContaining('tty_t') }],
    });
  });

  test('and nothing else', async () => {
    const db = await policyFromCil(open);
    expect(meaning(db, [KEYS], 'tty_t:file { read }')).toEqual({ kind: 'open', nevers: [] });
    const size = meaning(db, [KEYS], 'tty_t:chr_file { ioctl }', { before: 'ioctlcmd=0x5413' });
    expect(size).toEqual({ kind: 'open', nevers: [] });
    expect(meaning(db, [KEYS], 'other_t:chr_file { ioctl }')).toEqual({ kind: 'granted' });
  });

  test('of more ways than are listed too', async () => {
    const types = Array.from({ length: 40 }, (_, i) => `t${i}_t`);
    const db = await policyFromCil(
      `${BASE}${types.map((type) => `(type ${type}) (allow demo_t ${type} (chr_file (ioctl)))`).join('\n')}`,
    );
    const found = meaning(db, [KEYS], 'tty_t:chr_file { ioctl }', { before: 'ioctlcmd=0x5412' });
    expect(found).toMatchObject({ kind: 'forbidden', nevers: [{ id: 'inject-keystrokes' }] });
  });

  test('forbids a second part that completes a way, and none that completes nothing', async () => {
    const never: Never = { kind: 'execute', why };
    const written = await policyFromCil(`${BASE}(allow demo_t tty_t (file (write open)))
(allow demo_t other_t (file (execute execute_no_trans)))`);
    expect(meaning(written, [never], 'other_t:file { write }')).toMatchObject({
      kind: 'forbidden',
      nevers: [{ id: 'execute', way: expect.stringContaining('other_t:file write') }],
    });
    const found = meaning(written, [never], 'tty_t:file { getattr }');
    expect(found).toMatchObject({ kind: 'open' });
  });
});

group('commands', () => {
  const ioctl = (db: PolicyDb, command: string): Meaning =>
    meaning(db, [KEYS], 'tty_t:chr_file { ioctl }', { before: `ioctlcmd=${command}` });

  test('that a conditional rule alone holds are granted where it does not apply', async () => {
    const db = await policyFromCil(`${BASE}(allow demo_t tty_t (chr_file (ioctl)))
(booleanif loose (true (allowx demo_t tty_t (ioctl chr_file (0x5401)))))`);
    expect(ioctl(db, '0x5412')).toMatchObject({ kind: 'boolean', when: [{ loose: false }] });
    expect(ioctl(db, '5401')).toEqual({ kind: 'granted' });
  });

  test('that another branch lets through are behind a boolean', async () => {
    const db = await policyFromCil(`${BASE}(allow demo_t tty_t (chr_file (ioctl)))
(booleanif loose (true (allowx demo_t tty_t (ioctl chr_file (0x5412)))) (false (allowx demo_t tty_t (ioctl chr_file (0x5413)))))`);
    expect(ioctl(db, '0x5412')).toMatchObject({
      kind: 'boolean',
      when: [{ loose: true }],
      nevers: [{ id: 'inject-keystrokes' }],
    });
    expect(ioctl(db, 'NOBODY')).toMatchObject({ kind: 'unknown' });
  });
});

group('netlink messages', () => {
  const rules = (types: string): string => `${BASE}(policycap netlink_xperm)
(allow demo_t self (netlink_route_socket (nlmsg))) (allowx demo_t self (nlmsg netlink_route_socket (${types})))`;

  test('that only read are no way out', async () => {
    const outcome = async (types: string): Promise<string> => {
      const db = await policyFromCil(rules(types));
      return prove({ db }, describe('demo', [MESSAGES]))[0]!.verdict.outcome;
    };
    expect(await outcome('18 22 26')).toBe('holds');
    expect(await outcome('18 16')).toBe('violated');
    expect(await outcome('(range 18 22)')).toBe('violated');
  });

  test('are judged by their type', async () => {
    const db = await policyFromCil(rules('18 22 26'));
    const ask = (type: number): Meaning =>
      meaning(db, [MESSAGES], 'demo_t:netlink_route_socket { nlmsg }', {
        before: `nl-msgtype=${type}`,
      });
    expect(ask(18)).toEqual({ kind: 'granted' });
    expect(ask(16)).toMatchObject({ kind: 'forbidden', nevers: [{ id: 'egress' }] });
    expect(ask(30)).toMatchObject({ kind: 'open' });
  });
});

group('what the policy lacks', () => {
  test('is judged apart from what it has', async () => {
    const db = await policyFromCil(BASE, { handleUnknown: 'allow' });
    expect(meaning(db, [KEYS], 'tty_t:file { read 0x800000 }')).toMatchObject({
      kind: 'unknown',
      text: expect.stringMatching(
        /no permission `0x800000` of `file`, and the log shows it denied/,
      ),
    });
    const never: Never = { kind: 'execute', why };
    expect(meaning(db, [never], 'tty_t:file { execute_no_trans 0x800000 }')).toMatchObject({
      kind: 'forbidden',
      nevers: [{ id: 'execute' }],
    });
  });

  test('a label that it lacks is a lost one, and one that it has is the target', async () => {
    const db = await policyFromCil(`${BASE}(allow demo_t tty_t (file (read)))`);
    const of = (label: string): Meaning =>
      meaning(db, [KEYS], 'other_t:file { read }', { after: `trawcon="u:r:${label}:s0"` });
    expect(of('old_t')).toEqual({ kind: 'lost label', label: 'old_t' });
    expect(of('tty_t')).toEqual({ kind: 'granted' });
  });
});
