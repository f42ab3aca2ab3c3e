import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, describe as group, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { processIo } from '../../src/cli/io.ts';
import { loadPolicySet } from '../../src/cli/load-policy-set.ts';
import { type Denial, denialsOf, eventsIn, Tallies } from '../../src/denials/index.ts';
import type { Confinement } from '../../src/description/index.ts';
import { concerns, type Reviewed, review } from '../../src/review/index.ts';
import { readPolicy } from '../../src/selinux/policydb/index.ts';
import type { PolicySet } from '../../src/selinux/prove/index.ts';
import { choices } from '../oracle/random-policy.ts';
import { describe, PRELUDE } from '../selinux/prove/subject-policy.ts';
import { linkedPolicy, linkedWith } from '../support/linked-policy.ts';
import { peerPython } from '../support/peer.ts';
import { policyFromCil } from '../support/policy.ts';

const root = join(import.meta.dirname, '../..');
let set: PolicySet;
let policy: string;

/** rustnet's module in Debian 13's policy, as `confine review` links it. */
beforeAll(async () => {
  const linked = await linkedWith('debian-13', rustnet);
  policy = linked.policy;
  const base = readPolicy(readFileSync((await linkedPolicy('debian-13')).policy));
  const { fileContexts } = linked;
  set = loadPolicySet(processIo(), { policy, fileContexts, base }, undefined);
});

const RUSTNET = 'unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023';

/** A record as the kernel writes it. */
function avc(target: string, tclass: string, permissions: string, rest = ''): string {
  const context = target === 'self' ? RUSTNET : `system_u:object_r:${target}:s0`;
  return `type=AVC msg=audit(1795556897.683:1): avc:  denied  { ${permissions} } for  pid=7 comm="rustnet" ${rest} scontext=${RUSTNET} tcontext=${context} tclass=${tclass} permissive=0`;
}

function reviewed(
  denials: readonly Denial[],
  of: PolicySet = set,
  confinement: Confinement = rustnet,
): readonly Reviewed[] {
  const tallies = new Tallies();
  for (const denial of denials) tallies.add(denial);
  return review(of, confinement, tallies.all());
}

function one(record: string, of?: PolicySet, confinement?: Confinement): Reviewed {
  return reviewed(eventsIn(record).flatMap(denialsOf), of, confinement)[0]!;
}

/** `forbidden send-udp egress`, `boolean rustnet_direct_dns`, `open`, `open towards write`. */
function inShort({ meaning }: Reviewed): string {
  const nevers = 'nevers' in meaning ? meaning.nevers.map(({ id }) => id) : [];
  switch (meaning.kind) {
    case 'boolean':
      return ['boolean', ...Object.keys(meaning.when[0]!)].join(' ');
    case 'open':
      return ['open', ...(nevers.length > 0 ? ['towards', ...nevers] : [])].join(' ');
    default:
      return [meaning.kind, ...nevers].join(' ');
  }
}

test.each([
  ['netlink_netfilter_socket', 'create', 'granted'],
  ['bluetooth_socket', 'bind', 'forbidden listen egress'],
  ['rawip_socket', 'create', 'forbidden send-udp connect-tcp egress'],
  // Granted alone it does no harm, which is why rustnet has such a rule for netfilter: the description must decide.
  ['netlink_audit_socket', 'create', 'open towards egress'],
  ['udp_socket', 'write', 'boolean rustnet_direct_dns'],
  ['process', 'execmem', 'forbidden executable-memory'],
  ['process', 'setexec', 'open'],
  ['capability', 'sys_module', 'forbidden load-kernel-module capabilities'],
])('its own %s { %s }: %s', (tclass, permission, meaning) => {
  expect(inShort(one(avc('self', tclass, permission)))).toBe(meaning);
});

test.each([
  ['shadow_t', 'file', 'read', 'forbidden read-2'],
  ['user_home_t', 'file', 'append', 'forbidden write'],
  ['user_home_t', 'file', 'read', 'boolean rustnet_can_read_user_home'],
  ['ssh_home_t', 'dir', 'search', 'open towards read'],
  ['etc_t', 'dir', 'write', 'open towards write'],
  ['shell_exec_t', 'file', 'execute', 'open towards execute'],
  ['container_runtime_t', 'sock_file', 'write', 'open towards unix-sockets'],
  ['cgroup_t', 'dir', 'search', 'silenced'],
  ['usr_t', 'file', 'read', 'granted'],
  ['no_such_type_t', 'file', 'read', 'unknown'],
])('%s:%s { %s }: %s', (target, tclass, permission, meaning) => {
  expect(inShort(one(avc(target, tclass, permission)))).toBe(meaning);
});

test('the command of an ioctl decides, not the permission', () => {
  const ioctl = (command: string): string =>
    inShort(one(avc('devtty_t', 'chr_file', 'ioctl', `path="/dev/tty" ioctlcmd=${command}`)));
  expect(ioctl('0x5412')).toBe('forbidden inject-keystrokes');
  expect(ioctl('0x5413')).toBe('granted');
  expect(ioctl('0x541d')).toBe('open');
});

test('the tunable that would grant it comes with what it costs and what stands while it is off', () => {
  const { meaning } = one(avc('self', 'udp_socket', 'write'));
  expect(meaning).toMatchObject({
    kind: 'boolean',
    tunable: { name: 'direct_dns' },
    nevers: [{ id: 'send-udp', way: expect.stringContaining('rustnet_t:udp_socket write') }],
  });
});

test('a wrong label is said, whatever else the denial means', () => {
  const found = one(avc('user_tmp_t', 'file', 'read', 'path="/usr/share/GeoIP/a.mmdb" dev="vda"'));
  expect(found.mislabelled).toEqual({
    path: '/usr/share/GeoIP/a.mmdb',
    has: 'user_tmp_t',
    wants: 'usr_t',
  });
  const right = one(avc('shadow_t', 'file', 'read', 'path="/etc/shadow"'));
  expect(right.mislabelled).toBeUndefined();
  // Of an entry that is made or removed, the label is the directory's.
  const entry = one(avc('var_log_t', 'dir', 'add_name', 'path="/var/log/rustnet/a" dev="vda"'));
  expect(entry.mislabelled).toMatchObject({ path: '/var/log/rustnet', wants: 'rustnet_log_t' });
  const sound = one(avc('var_log_t', 'dir', 'add_name', 'path="/var/log/rustnet" dev="vda"'));
  expect(sound.mislabelled).toBeUndefined();
});

test('every attack of the committed evidence is stopped by what it attacked, or open, or behind a boolean', () => {
  const report = JSON.parse(
    readFileSync(join(root, 'profiles/rustnet/evidence/debian-13/report.json'), 'utf8'),
  ) as { lab: { attacks: { id: string; against?: string; denials: Denial[] }[] } };
  const attacks = report.lab.attacks.filter(({ denials }) => denials.length > 0);
  expect(attacks.length).toBeGreaterThan(30);
  const elsewhere: string[] = [];
  for (const { id, against, denials } of attacks) {
    const concerned = denials.filter((denial) => concerns(rustnet, denial));
    expect(concerned.length, id).toBeGreaterThan(0);
    for (const found of reviewed(concerned)) {
      const { meaning } = found;
      expect(['forbidden', 'boolean', 'open', 'silenced'], id).toContain(meaning.kind);
      if (meaning.kind !== 'forbidden') continue;
      const kinds: string[] = meaning.nevers.map(({ never }) => never.kind);
      if (!kinds.includes(against!)) elsewhere.push(`${id}: ${inShort(found)}`);
    }
  }
  // To execute what it wrote would first of all be memory that was written and is run.
  expect(elsewhere).toEqual(['exec-copied: forbidden executable-memory']);
});

test('another domain that asks for what is ours is not our description’s business', () => {
  const record = avc('self', 'process', 'signal').replace(
    `scontext=${RUSTNET}`,
    'scontext=system_u:system_r:init_t:s0',
  );
  const [denial] = eventsIn(record).flatMap(denialsOf);
  expect(concerns(rustnet, denial!)).toBe(true);
  expect(one(record).meaning).toEqual({ kind: 'another domain' });
  const foreign = record.replace(`tcontext=${RUSTNET}`, 'tcontext=u:r:sshd_t:s0');
  expect(
    eventsIn(foreign)
      .flatMap(denialsOf)
      .some((each) => concerns(rustnet, each)),
  ).toBe(false);
});

test('rules that constraints hold back are said to be that', async () => {
  const db = await policyFromCil(`${PRELUDE}
(type demo_t) (roletype r demo_t) (type data_t) (user v) (userrole v r) (userlevel v (s0)) (userrange v ((s0) (s0)))
(allow demo_t data_t (file (read open)))
(constrain (file (read)) (eq u1 u2))`);
  const confinement = describe('demo', [{ kind: 'ptrace', why: 'a test' }]);
  const record = avc('data_t', 'file', 'read')
    .replace(`scontext=${RUSTNET}`, 'scontext=u:r:demo_t:s0')
    .replace('system_u:object_r:data_t', 'v:object_r:data_t');
  expect(one(record, { db }, confinement).meaning).toMatchObject({ kind: 'constraint' });
});

group('audit2why', () => {
  test('says the same of 400 random requests, as far as it says anything', async () => {
    const { db } = set;
    const { one: pick, chance } = choices(20_261_124);
    const types = db.types.names.filter((_, id) => !db.types.attributes.has(id as never));
    const likely = types.filter((name) =>
      /^(rustnet|etc|usr|proc|sysfs|user_home|cgroup)/.test(name),
    );
    const requests = Array.from({ length: 400 }, () => {
      const tclass = pick(['file', 'dir', 'lnk_file', 'chr_file', 'sock_file', 'udp_socket']);
      const target = chance(15) ? 'self' : chance(60) ? pick(likely) : pick(types);
      const permissions = db.classes.permissions[db.classes.ids.get(tclass)!]!;
      return { target, tclass, permission: pick(permissions) };
    });
    const asked = requests.map(({ target, tclass, permission }) =>
      [
        RUSTNET,
        target === 'self' ? RUSTNET : `system_u:object_r:${target}:s0`,
        tclass,
        permission,
      ].join(' '),
    );
    const said = (
      await peerPython(
        join(root, 'test/oracle/audit2why-answers.py'),
        `${policy}\n${asked.join('\n')}\n`,
      )
    )
      .trim()
      .split('\n');
    expect(said).toHaveLength(requests.length);
    const differences = requests.flatMap(({ target, tclass, permission }, i) => {
      const { kind } = one(avc(target, tclass, permission)).meaning;
      const [theirs] = said[i]!.split(' ');
      return SAME[theirs!]?.includes(kind) ? [] : [`${asked[i]}: ${kind}, audit2why ${said[i]}`];
    });
    expect(differences).toEqual([]);
    // The draw was worth asking.
    for (const answer of ['allow', 'terule', 'dontaudit', 'boolean']) {
      expect(said.filter((each) => each.startsWith(answer)).length, answer).toBeGreaterThan(0);
    }
  });
});

/** Its answers and ours. It knows no nevers: what they stop, it would have us allow. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  allow: ['granted'],
  terule: ['open', 'forbidden'],
  dontaudit: ['silenced', 'forbidden'],
  boolean: ['boolean'],
  constraint: ['constraint', 'forbidden'],
  rbac: ['constraint'],
  bounds: ['constraint'],
};
