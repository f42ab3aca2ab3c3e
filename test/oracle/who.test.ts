import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { auditEvents, auditLines, readDenials, Tallies } from '../../src/denials/index.ts';
import { whyDenied } from '../../src/review/index.ts';
import { membersOf, type PolicyDb, readPolicy } from '../../src/selinux/policydb/index.ts';
import { access, type BooleanTerm, booleanEffect, whoCan } from '../../src/selinux/query/index.ts';
import { linkedPolicy } from '../support/linked-policy.ts';
import { peerPython } from '../support/peer.ts';
import { sesearchAnswers } from '../support/sesearch-answers.ts';
import { choices } from './random-policy.ts';

let policy: string;
let db: PolicyDb;

beforeAll(async () => {
  ({ policy } = await linkedPolicy('debian-13'));
  db = readPolicy(readFileSync(policy));
}, 600_000);

describe('who may', () => {
  test('are the sources of sesearch’s rules, less those whom constraints and roles refuse', async () => {
    const answers = await sesearchAnswers(
      policy,
      ASKED.map(([target, tclass, permission]) => [
        '-A',
        '-t',
        target,
        '-c',
        tclass,
        '-p',
        permission,
      ]),
    );
    for (const [i, [target, tclass, permission]] of ASKED.entries()) {
      const sources = [...answers[i]![1].matchAll(/^allow (\S+) /gm)].map(([, name]) => name!);
      const theirs = new Set(sources.flatMap(membersNamed));
      const { able } = whoCan(db, {
        ...{ target, tclass, permissions: [permission] },
        booleans: 'every',
      });
      const ours = new Set(able.map(({ source }) => source));
      expect(ours.size).toBeGreaterThan(5);
      expect([...ours].filter((name) => !theirs.has(name))).toEqual([]);
      const refused = [...theirs].filter((name) => !ours.has(name));
      const reasons = refused.map((source) => {
        const { permissions } = access(db, {
          ...{ source, target, tclass, permissions: [permission] },
          booleans: 'every',
        });
        return permissions[0]!.reason?.kind;
      });
      expect(reasons.filter((kind) => !['constraint', 'contexts', 'role'].includes(kind!))).toEqual(
        [],
      );
    }
  });
});

const ASKED = [
  ['shadow_t', 'file', 'write'],
  ['shadow_t', 'file', 'read'],
  ['etc_t', 'dir', 'add_name'],
  ['http_port_t', 'tcp_socket', 'name_connect'],
  ['user_home_t', 'file', 'unlink'],
] as const;

function membersNamed(name: string): readonly string[] {
  const members: string[] = [];
  membersOf(db.types, db.types.ids.get(name)!).forEach(
    (type) => void members.push(db.types.names[type]!),
  );
  return members;
}

test('every boolean’s rules are those that sesearch finds for it, in the branch of its value', async () => {
  const { one: pick } = choices(42);
  const names = Array.from({ length: 12 }, () => pick(db.booleans.names));
  const answers = await sesearchAnswers(
    policy,
    names.map((name) => ['-A', '-b', name]),
  );
  for (const [i, name] of names.entries()) {
    const { on, off, together } = booleanEffect(db, name);
    const lines = answers[i]![1].split('\n').filter((line) => line.startsWith('allow '));
    const ours = [...on.rules, ...off.rules].filter(({ kind }) => kind === 'allow');
    // In an expression with others it depends on them whether a rule is in force.
    if (together.length === 0) expect([name, ours.length]).toEqual([name, lines.length]);
    else expect(ours.length).toBeLessThanOrEqual(lines.length);
  }
});

test('audit2why gives 400 random denials the same reason', async () => {
  const { one: pick, chance } = choices(20_261_128);
  const domains = ['httpd_t', 'sshd_t', 'ftpd_t', 'smbd_t', 'named_t', 'crond_t'];
  const types = db.types.names.filter((_, id) => !db.types.attributes.has(id as never));
  const likely = types.filter((name) => /^(http|user_home|shadow|etc|samba|named|port)/.test(name));
  const requests = Array.from({ length: 400 }, () => {
    const tclass = pick(['file', 'dir', 'chr_file', 'sock_file', 'tcp_socket', 'process']);
    const permissions = db.classes.permissions[db.classes.ids.get(tclass)!]!;
    return {
      source: `system_u:system_r:${pick(domains)}:s0`,
      target: `system_u:object_r:${chance(20) ? 'shadow_t' : pick(likely)}:s0`,
      tclass,
      permission: pick(permissions),
    };
  });
  const question = requests.map(({ source, target, tclass, permission }) =>
    [source, target, tclass, permission].join(' '),
  );
  const said = (
    await peerPython(
      join(import.meta.dirname, 'audit2why-answers.py'),
      `${policy}\n${question.join('\n')}\n`,
    )
  )
    .trim()
    .split('\n');
  const subject = { db, fileContexts: undefined };
  const differences: string[] = [];
  for (const [i, { source, target, tclass, permission }] of requests.entries()) {
    const [reason] = whyDenied(subject, await talliesOf(source, target, tclass, permission));
    const [theirs, ...booleans] = said[i]!.split(' ');
    const cause = reason!.causes[0]!;
    // It tries one boolean at a time.
    if (theirs === 'terule' && cause.kind === 'boolean' && cause.when.every(takesSeveral)) continue;
    const word =
      theirs === 'dontaudit' ? (reason!.silenced ? 'dontaudit' : 'loud') : WORD[cause.kind];
    if (word !== theirs) differences.push(`${question[i]}: ${cause.kind}, audit2why ${said[i]}`);
    if (cause.kind === 'boolean') {
      // It names every boolean that would do alone.
      const alone = cause.when.filter((term) => Object.keys(term).length === 1);
      const ours = alone.flatMap((term) => Object.keys(term)).sort();
      if (theirs === 'boolean') expect(ours).toEqual(booleans);
    }
  }
  expect(differences).toEqual([]);
  for (const answer of ['allow', 'terule', 'dontaudit', 'boolean']) {
    expect(said.filter((each) => each.startsWith(answer)).length, answer).toBeGreaterThan(0);
  }
});

function takesSeveral(term: BooleanTerm): boolean {
  const isOn = (name: string): boolean => db.booleans.defaults[db.booleans.ids.get(name)!] === 1;
  return Object.entries(term).filter(([name, value]) => isOn(name) !== value).length > 1;
}

/** Our words in those of audit2why. */
const WORD: Readonly<Record<string, string>> = {
  granted: 'allow',
  rule: 'terule',
  boolean: 'boolean',
  refused: 'constraint',
};

async function talliesOf(
  source: string,
  target: string,
  tclass: string,
  permission: string,
): Promise<ReturnType<Tallies['all']>> {
  const line = `type=AVC msg=audit(1.2:3): avc:  denied  { ${permission} } for  pid=1 comm="x" scontext=${source} tcontext=${target} tclass=${tclass} permissive=0\n`;
  const tallies = new Tallies();
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(line);
  };
  for await (const event of auditEvents(auditLines(chunks()))) {
    for (const denial of readDenials(event)) tallies.add(denial);
  }
  return tallies.all();
}
