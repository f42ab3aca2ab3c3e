import { expect, describe as group, test } from 'vitest';
import {
  executeAnything,
  injectKeystrokes,
  leaveTheDomain,
  leavingOut,
  listen,
  type Never,
} from '../../../src/description/index.ts';
import { prove, type Verdict } from '../../../src/selinux/prove/index.ts';
import { policyFromCil } from '../../support/policy.ts';
import { ANYWHERE, describe, PRELUDE } from './subject-policy.ts';

/**
 * A daemon and its helper as two domains of one description: what one does for the other must not come out as "holds" without being said. One offending
 * access of the helper, for every kind of never, is in mutations.test.ts; here is what takes both.
 */

const TYPES = `
(type demo_t) (type demo_exec_t) (type demo_log_t)
(type demo_aid_t) (type demo_aid_exec_t) (type demo_last_t) (type demo_last_exec_t)
(type other_t) (type tty_t) (type demo_spool_t) (type port_t)`;
const ENTERS =
  '(allow demo_t demo_aid_t (process (transition))) (allow demo_t demo_aid_exec_t (file (execute)))';

async function verdict(never: Never, cil: string): Promise<Verdict> {
  const db = await policyFromCil(`${PRELUDE}${TYPES}${cil}`);
  const further = (name: string, starts: readonly string[]): object => ({
    ...{ name, title: 'a helper', executables: [`/usr/bin/${name}`], never: [] },
    may: [{ name: 'run', title: 'Run', blocks: [], starts, entries: [{ from: 'service' }] }],
  });
  const description = describe('demo', [never], {
    domains: [further('aid', ['last']), further('last', [])] as never,
  });
  return prove({ db, base: db, fileContexts: ANYWHERE }, description)[0]!.verdict;
}

const AID = { except: [{ domain: 'aid' }] };

group('leaving the domain', () => {
  test('the stated transition is a way unless it is excepted by name', async () => {
    expect((await verdict(leaveTheDomain('w'), ENTERS)).outcome).toBe('violated');
    const found = await verdict(leaveTheDomain('w', AID), ENTERS);
    expect(found).toMatchObject({ outcome: 'holds', assumes: [] });
    expect(found.evidence).toContain('enter another domain but aid');
  });

  test('an exception for one is none for another, nor for where that one goes', async () => {
    const on = '(allow demo_aid_t demo_last_t (process (transition)))';
    expect((await verdict(leaveTheDomain('w', AID), `${ENTERS}${on}`)).outcome).toBe('violated');
    const away = '(allow demo_aid_t other_t (process (dyntransition)))';
    expect((await verdict(leaveTheDomain('w', AID), `${ENTERS}${away}`)).outcome).toBe('violated');
    const both = { except: [{ domain: 'aid' }, { domain: 'last' }] };
    expect((await verdict(leaveTheDomain('w', both), `${ENTERS}${on}`)).outcome).toBe('holds');
  });

  test('the way back is none', async () => {
    const back = '(allow demo_aid_t demo_t (process (transition)))';
    expect((await verdict(leaveTheDomain('w', AID), `${ENTERS}${back}`)).outcome).toBe('holds');
  });
});

group('executing', () => {
  test('starting the helper has to be said, and then what it starts counts', async () => {
    expect((await verdict(executeAnything('w'), ENTERS)).outcome).toBe('violated');
    expect((await verdict(executeAnything('w', AID), ENTERS)).outcome).toBe('holds');
    const shell = '(allow demo_aid_t other_t (file (execute_no_trans)))';
    expect((await verdict(executeAnything('w', AID), `${ENTERS}${shell}`)).outcome).toBe(
      'violated',
    );
  });

  test.each(['demo_t', 'demo_aid_t'])(
    'the helper’s program, written by %s, is another program',
    async (by) => {
      const write = `(allow ${by} demo_aid_exec_t (file (write open)))`;
      expect((await verdict(executeAnything('w', AID), `${ENTERS}${write}`)).outcome).toBe(
        'violated',
      );
    },
  );

  test('what one writes and the other executes', async () => {
    const own = '(allow demo_aid_t demo_exec_t (file (execute_no_trans)))';
    const write = '(allow demo_t demo_exec_t (file (write open)))';
    expect((await verdict(executeAnything('w', AID), `${ENTERS}${own}${write}`)).outcome).toBe(
      'violated',
    );
  });
});

test('two steps are two steps: the last one’s port is the first one’s', async () => {
  const chain = `${ENTERS}(allow demo_aid_t demo_last_t (process (dyntransition)))`;
  const port = '(allow demo_last_t port_t (tcp_socket (name_bind)))';
  expect((await verdict(listen('w'), `${chain}${port}`)).outcome).toBe('violated');
  expect((await verdict(listen('w'), `${ENTERS}${port}`)).outcome).toBe('holds');
  expect((await verdict(leavingOut('last', listen('w')), `${chain}${port}`)).outcome).toBe('holds');
});

test.each([
  ['demo_t', 'demo_aid_t'],
  ['demo_aid_t', 'demo_t'],
])('commands that %s may give anyhow are not held by those of %s', async (free, held) => {
  const ioctl = `(allow ${free} tty_t (chr_file (ioctl open))) (allow ${held} tty_t (chr_file (ioctl open)))`;
  const few = `(allowx ${held} tty_t (ioctl chr_file (0x5401)))`;
  const all = `(allowx ${free} tty_t (ioctl chr_file (0x5401)))`;
  const found = await verdict(injectKeystrokes('w'), `${ENTERS}${ioctl}${few}`);
  expect(found.outcome).toBe('violated');
  expect((await verdict(injectKeystrokes('w'), `${ENTERS}${ioctl}${few}${all}`)).outcome).toBe(
    'holds',
  );
});

test('what takes a socket of one and a capability of the other is a way of both', async () => {
  const socket = '(allow demo_t self (netlink_generic_socket (write)))';
  const capability = '(allow demo_aid_t self (capability (net_admin)))';
  expect((await verdict(listen('w'), `${ENTERS}${socket}`)).outcome).toBe('holds');
  expect((await verdict(listen('w'), `${ENTERS}${socket}${capability}`)).outcome).toBe('violated');
});

group('what is handed over without entering is said, by name', () => {
  test.each([
    ['a socket of the helper', '(allow demo_t demo_aid_t (unix_stream_socket (connectto)))'],
    ['an answer', '(allow demo_aid_t demo_t (unix_stream_socket (connectto)))'],
    ['a datagram', '(allow demo_t demo_aid_t (unix_dgram_socket (sendto)))'],
    [
      'a port',
      '(allow demo_t demo_log_t (tcp_socket (name_connect))) (allow demo_aid_t demo_log_t (tcp_socket (name_bind)))',
    ],
    [
      'a file',
      '(allow demo_t demo_spool_t (file (append))) (allow demo_aid_t demo_spool_t (file (read)))',
    ],
  ])('%s', async (_, cil) => {
    const found = await verdict(
      listen('w'),
      `${cil}(allow demo_aid_t port_t (tcp_socket (name_bind)))`,
    );
    if (!cil.includes('name_bind')) expect(found.outcome).toBe('holds');
    expect(found.assumes.join()).toContain('demo_aid_t does nothing of this at its word');
  });

  test('nothing is presupposed of one that it has nothing to do with', async () => {
    const port = '(allow demo_aid_t port_t (tcp_socket (name_bind)))';
    expect(await verdict(listen('w'), port)).toMatchObject({ outcome: 'holds', assumes: [] });
  });
});

test('a helper that is permissive refuses nothing, and so does who can enter it', async () => {
  const found = await verdict(listen('w'), `${ENTERS}(typepermissive demo_aid_t)`);
  expect(found).toMatchObject({ outcome: 'violated', enforced: { outcome: 'holds' } });
});
