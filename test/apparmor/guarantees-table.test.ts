import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCompiled } from '../../src/apparmor/compiled/index.ts';
import { proveProfile } from '../../src/apparmor/prove/index.ts';
import { EGRESS_CHANNELS, type Never } from '../../src/description/index.ts';
import { compileBytes } from './compile.ts';

/** docs/apparmor-guarantees.md: what a profile can reach at best, by kernel. Reached here by one that grants as little as there is to grant. */
const BUILDS = [
  { suite: 'trixie', features: 'linux-6.12' },
  { suite: 'trixie', features: 'abi-4.0' },
  { suite: 'sid', features: 'linux-7.2' },
] as const;

const LEAST = 'profile p /p { /p mr, }\n';
const SOCKET = '/run/systemd/resolve/io.systemd.Resolve';
const WITH_A_PEER = `profile p /p {
  /p mr,
  unix (create) type=stream,
  unix (connect, send, receive) type=stream peer=(label=p),
  ${SOCKET} rw,
}\n`;

const why = 'a test';
const peer = { peer: 'systemd-resolved', domains: ['systemd_resolved_t'], sockets: [SOCKET], why };
const BY_ROW: Readonly<Record<string, readonly [Never, profile?: string]>> = {
  'send-udp': [{ kind: 'send-udp', why }],
  'connect-tcp': [{ kind: 'connect-tcp', why }],
  listen: [{ kind: 'listen', why }],
  'listen, but ports': [
    { kind: 'listen', why, except: [{ protocol: 'tcp', type: 'http_port_t' }] },
    'profile p /p {\n  /p mr,\n  network inet stream,\n}\n',
  ],
  egress: [{ kind: 'egress', why, channels: EGRESS_CHANNELS }],
  'unix-sockets': [{ kind: 'unix-sockets', why, except: [] }],
  'unix-sockets, but a peer': [{ kind: 'unix-sockets', why, except: [peer] }, WITH_A_PEER],
  execute: [{ kind: 'execute', why }],
  transition: [{ kind: 'transition', why }],
  'load-kernel-module': [{ kind: 'load-kernel-module', why }],
  'change-policy': [{ kind: 'change-policy', why }],
  ptrace: [{ kind: 'ptrace', why }],
  'executable-memory': [{ kind: 'executable-memory', why }],
  mount: [{ kind: 'mount', why }],
  capabilities: [{ kind: 'capabilities', why, except: [] }],
  read: [{ kind: 'read', why, below: ['/etc/shadow'], except: [] }],
  write: [{ kind: 'write', why, except: [] }],
  'inject-keystrokes': [{ kind: 'inject-keystrokes', why }],
  'flow-from': [{ kind: 'flow-from', why, sources: ['/etc/shadow'], minWeight: 3 }],
};

test('the table of nevers by kernel is what the proofs say', async () => {
  const rows = await Promise.all(
    Object.entries(BY_ROW).map(async ([row, [never, profile = LEAST]]) => {
      const outcomes = BUILDS.map(async (build) => {
        const { profiles } = readCompiled(await compileBytes(profile, build));
        return proveProfile({ profiles, executables: ['/p'] }, never).outcome;
      });
      return [row, ...(await Promise.all(outcomes))];
    }),
  );
  const page = readFileSync(join(import.meta.dirname, '../../docs/apparmor-guarantees.md'), 'utf8');
  const table = /^\| never \| Debian 13 [\s\S]*?\n\n/m.exec(page)![0];
  const written = [...table.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|/gm)]
    .map(([, ...cells]) => cells)
    .filter(([row]) => row !== 'never');
  expect(written).toEqual(rows);
});
