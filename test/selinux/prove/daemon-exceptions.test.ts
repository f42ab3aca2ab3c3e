import { expect, test } from 'vitest';
import type { Never } from '../../../src/description/index.ts';
import { verdict, ways } from './subject-policy.ts';

/** What a daemon is excepted for holds, and what stands beside it does not. */

const why = 'a test';
const PORTS = `(type web_port_t) (type mail_port_t) (roletype r web_port_t) (roletype r mail_port_t)
(portcon tcp 80 (u r web_port_t ((s0) (s0)))) (portcon tcp 25 (u r mail_port_t ((s0) (s0))))`;
const SERVES = '(allow demo_t self (tcp_socket (create bind listen accept)))';

const web: Never = { kind: 'listen', except: [{ protocol: 'tcp', type: 'web_port_t' }], why };

test('a port that is excepted may be bound and listened on, and the local range is said', async () => {
  const found = await verdict(
    web,
    `${PORTS} ${SERVES} (allow demo_t web_port_t (tcp_socket (name_bind)))`,
  );
  expect(found.outcome).toBe('holds');
  const notes = JSON.stringify(found);
  expect(notes).toContain('the exception for web_port_t is one for tcp 80');
  expect(notes).toContain('listens on one of the local range, which no check guards');
});

test('another port is none of the exception, nor is the same type in another protocol', async () => {
  const other = `${PORTS} ${SERVES} (allow demo_t mail_port_t (tcp_socket (name_bind)))`;
  expect(ways(await verdict(web, other))).toEqual([
    'allow demo_t mail_port_t:tcp_socket name_bind;',
  ]);
  const udp = `${PORTS} (allow demo_t web_port_t (udp_socket (name_bind)))`;
  expect((await verdict(web, udp)).outcome).toBe('violated');
});

test('an exception for UDP lets no TCP socket listen', async () => {
  const udp: Never = { kind: 'listen', except: [{ protocol: 'udp', type: 'web_port_t' }], why };
  expect((await verdict(udp, `${PORTS} ${SERVES}`)).outcome).toBe('violated');
});

test('a type that the policy lacks excepts nothing', async () => {
  const none: Never = { kind: 'listen', except: [{ protocol: 'tcp', type: 'nosuch_port_t' }], why };
  expect((await verdict(none, `${PORTS} ${SERVES}`)).outcome).toBe('violated');
});

test('a port that is excepted may be connected to, and no other', async () => {
  const never: Never = {
    kind: 'connect-tcp',
    ports: [{ protocol: 'tcp', type: 'web_port_t' }],
    why,
  };
  const connects = '(allow demo_t self (tcp_socket (create connect)))';
  const to = (type: string): string =>
    `${PORTS} ${connects} (allow demo_t ${type} (tcp_socket (name_connect)))`;
  expect((await verdict(never, to('web_port_t'))).outcome).toBe('holds');
  expect(ways(await verdict(never, to('mail_port_t')))).toEqual([
    'allow demo_t mail_port_t:tcp_socket name_connect;',
  ]);
});

test('a helper that is excepted may be run, and not be replaced', async () => {
  const never: Never = { kind: 'execute', except: [{ own: 'log' }], why };
  const helper = '(type demo_log_t) (allow demo_t demo_log_t (file (execute execute_no_trans)))';
  expect((await verdict(never, helper)).outcome).toBe('holds');
  const replaced = `${helper} (allow demo_t demo_log_t (file (open write)))`;
  expect((await verdict(never, replaced)).outcome).toBe('violated');
  const other = `(type demo_log_t) (type other_t) (allow demo_t other_t (file (execute_no_trans)))`;
  expect((await verdict(never, other)).outcome).toBe('violated');
});
