import { describe, expect, test } from 'vitest';
import {
  access,
  commandDifference,
  equivalent,
  noNewAccess,
  policyPair,
} from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFromCil } from '../../support/policy.ts';

const policy = (rules: string) =>
  policyFromCil(`${CIL_PRELUDE}
(type a_t) (roletype r a_t) (type tty_t) (boolean rw false) (boolean other true)
(allow a_t tty_t (chr_file (ioctl)))
${rules}`);

const INCLUDED = '(allowx a_t tty_t (ioctl chr_file (0x5401)))';

describe('rules on commands', () => {
  test('that are all conditional leave every command to the settings in which none applies', async () => {
    const db = await policy(
      '(booleanif (xor rw other) (true (allowx a_t tty_t (ioctl chr_file (0x5412)))))',
    );
    const ask = (command?: number) =>
      access(db, {
        source: 'a_t',
        target: 'tty_t',
        tclass: 'chr_file',
        permissions: ['ioctl'],
        booleans: 'every',
        ...(command !== undefined && { command }),
      });
    expect(ask().extended).toMatchObject([
      {
        ranges: [[0x5412, 0x5412]],
        unlimited: [
          { other: false, rw: false },
          { other: true, rw: true },
        ],
      },
    ]);
    expect(ask(0x5412).permissions[0]!.access).toBe('granted');
    expect(ask(0x5413).permissions[0]).toMatchObject({
      access: 'sometimes',
      when: [
        { other: false, rw: false },
        { other: true, rw: true },
      ],
    });
  });

  test.each(['auditallowx', 'dontauditx'])('that only %s let none through', async (kind) => {
    const [held, free] = [
      await policy(`(${kind} a_t tty_t (ioctl chr_file (0x5412)))`),
      await policy(''),
    ];
    const answer = access(held, {
      source: 'a_t',
      target: 'tty_t',
      tclass: 'chr_file',
      permissions: ['ioctl'],
    });
    expect(answer.permissions[0]).toMatchObject({ access: 'denied', reason: { kind: 'commands' } });
    expect(answer.extended).toMatchObject([{ ranges: [] }]);
    expect(noNewAccess(policyPair(held, free)).verdict).toBe('no');
    expect(noNewAccess(policyPair(free, held)).verdict).toBe('yes');
    expect(equivalent(policyPair(held, free)).verdict).toBe('no');
  });

  test('differ by what the kernel lets through', async () => {
    const [one, two, none] = [
      await policy(INCLUDED),
      await policy('(allowx a_t tty_t (ioctl chr_file (0x5401 0x5412)))'),
      await policy(''),
    ];
    expect(commandDifference(policyPair(one, two))).toMatchObject([
      { source: 'a_t', target: 'tty_t', permission: 'ioctl', gained: [[0x5412, 0x5412]], lost: [] },
    ]);
    expect(commandDifference(policyPair(one, none))).toMatchObject([
      {
        gained: [
          [0, 0x5400],
          [0x5402, 0xffff],
        ],
      },
    ]);
    expect(commandDifference(policyPair(one, one))).toEqual([]);
    expect(commandDifference(policyPair(one, two), 'tty_t')).toEqual([]);
  });
});
