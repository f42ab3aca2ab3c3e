import { CIL_PRELUDE } from '../support/policy.ts';
import { type Choices, choices } from './random-policy.ts';

/**
 * One of many variants of the same small policy: each has most of the same names and statements, with parts missing, members and
 * permissions exchanged, so that any two differ in something of every kind that sediff compares.
 */
export function randomVariant(seed: number): string {
  const pick = choices(seed);
  const lines: string[] = [];
  const sometimes = (percent: number, ...statements: string[]): void => {
    if (pick.chance(percent)) lines.push(...statements);
  };
  const types = ['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7'].concat(
    ['x0', 'x1', 'x2'].filter(() => pick.chance(60)),
  );
  const attributes = ['a0', 'a1', 'a2'].concat(['y0', 'y1'].filter(() => pick.chance(60)));
  const booleans = ['b0', 'b1', 'b2'].concat(['z0'].filter(() => pick.chance(50)));
  for (const type of types) lines.push(`(type ${type})`, `(roletype r ${type})`);
  for (const name of attributes) {
    lines.push(`(typeattribute ${name})`);
    // The same few members in most variants, so that pairs differ in one or two.
    const members = types.filter((_, i) => (i + name.charCodeAt(1)) % 3 === 0 || pick.chance(15));
    lines.push(`(typeattributeset ${name} (${members.join(' ')}))`);
  }
  for (const name of booleans) lines.push(`(boolean ${name} ${pick.chance(50)})`);
  addRules(pick, lines, types, attributes, booleans);
  addExtended(pick, lines, attributes);
  addOthers(pick, sometimes, types);
  return `${CIL_PRELUDE}\n${lines.join('\n')}\n`;
}

function addRules(
  pick: Choices,
  lines: string[],
  types: readonly string[],
  attributes: readonly string[],
  booleans: readonly string[],
): void {
  const any = (): string => (pick.chance(35) ? pick.one(attributes) : pick.one(types));
  const permissions = ['read', 'write', 'getattr', 'append', 'open', 'ioctl'];
  const access = (): string => {
    const kind = pick.one(['allow', 'allow', 'allow', 'dontaudit', 'auditallow']);
    const target = pick.chance(15) ? 'self' : any();
    return `(${kind} ${any()} ${target} (${pick.one(['file', 'dir'])} (${pick.some(permissions, 4).join(' ')})))`;
  };
  for (let i = 0; i < 24; i++) lines.push(access());
  const expressions = [
    ...booleans,
    ...booleans.map((name) => `(not ${name})`),
    '(and b0 b1)',
    '(or b1 (not b2))',
    '(xor b0 b2)',
  ];
  // What results is fixed by who asks: two rules with other results for the same would not compile.
  const made = new Set<string>();
  const typeRule = (): string => {
    const [kind, source, target] = [
      pick.one(['typetransition', 'typechange', 'typemember']),
      pick.one(types),
      pick.one(types),
    ];
    const key = `${kind} ${source} ${target}`;
    if (made.has(key)) return access();
    made.add(key);
    return `(${kind} ${source} ${target} file ${pick.one(types)})`;
  };
  for (let i = 0; i < 10; i++) lines.push(typeRule());
  for (let i = 0; i < 6; i++) {
    const no = pick.chance(40) ? ` (false ${access()})` : '';
    const rule = pick.chance(30) ? typeRule() : '';
    lines.push(`(booleanif ${pick.one(expressions)} (true ${access()} ${rule})${no})`);
  }
  for (const name of ['one', 'two', 'a b']) {
    for (const source of ['t0', 't1', 't2']) {
      if (pick.chance(50)) {
        lines.push(`(typetransition ${source} t3 dir "${name}" ${pick.one(['t4', 't5'])})`);
      }
    }
  }
}

function addExtended(pick: Choices, lines: string[], attributes: readonly string[]): void {
  for (let i = 0; i < 6; i++) {
    const kind = pick.one(['allowx', 'auditallowx', 'dontauditx']);
    const source = pick.chance(30) ? pick.one(attributes) : pick.one(['t0', 't1']);
    const range = pick.one(['0x1000', '(range 0x1000 0x1010)', '(range 0x8900 0x89ff)', '0x5401']);
    lines.push(`(${kind} ${source} ${pick.one(['t2', 't3'])} (ioctl file (${range})))`);
  }
}

function addOthers(
  pick: Choices,
  sometimes: (percent: number, ...statements: string[]) => void,
  types: readonly string[],
): void {
  const level = (): string => pick.one(['(s0)', '(s0 (c1))', '(s0 (c0 c2))']);
  const range = (): string => pick.one(['((s0) (s0))', '((s0) (s0 (c1)))', '((s0) (s0 (c0 c2)))']);
  const context = (): string => `(u r ${pick.one(types)} ${range()})`;
  sometimes(70, `(typepermissive ${pick.one(types)})`);
  sometimes(50, '(typealias l0)', '(typealiasactual l0 t1)');
  sometimes(50, '(typealias l1)', `(typealiasactual l1 ${pick.one(['t1', 't2'])})`);
  sometimes(60, '(type p0)', '(type p1)', '(type c0)', `(typebounds ${pick.one(['p0', 'p1'])} c0)`);
  sometimes(
    60,
    '(role q0)',
    `(roletype q0 ${pick.one(types)})`,
    '(userrole u q0)',
    '(roleallow r q0)',
  );
  sometimes(60, '(role q1)', '(roleallow q1 r)', '(roleallow r q1)');
  sometimes(
    70,
    '(role q2)',
    '(role q3)',
    `(roletransition r t0 process ${pick.one(['q2', 'q3'])})`,
    `(roletransition r ${pick.one(['t1', 't2'])} process q2)`,
  );
  sometimes(
    70,
    '(user v)',
    '(userrole v r)',
    `(userlevel v ${level()})`,
    '(userrange v ((s0) (s0 (range c0 c3))))',
  );
  sometimes(50, '(user w)', '(userrole w r)', '(userlevel w (s0))', `(userrange w ${range()})`);
  sometimes(70, `(rangetransition t0 t1 process ${range()})`);
  sometimes(50, `(rangetransition a0 t2 process ${range()})`);
  sometimes(
    60,
    `(class extra (${pick.one(['one two', 'one three'])}))`,
    '(classorder (unordered extra))',
  );
  sometimes(
    60,
    `(common shared (${pick.one(['first', 'first second'])}))`,
    '(class user_of_common ())',
    '(classcommon user_of_common shared)',
    '(classorder (unordered user_of_common))',
  );
  sometimes(
    60,
    '(sensitivity s1)',
    '(sensitivityorder (s0 s1))',
    '(category c9)',
    '(categoryorder (c3 c9))',
    `(sensitivitycategory s1 (${pick.one(['c0', 'c0 c9'])}))`,
  );
  sometimes(50, '(class other (one))', '(classorder (unordered other))');
  sometimes(50, '(sensitivityalias low)', '(sensitivityaliasactual low s0)');
  sometimes(50, '(categoryalias first)', '(categoryaliasactual first c0)');
  sometimes(50, '(constrain (file (read)) (eq u1 u2))');
  sometimes(50, '(constrain (file (read write)) (or (eq r1 r2) (eq t1 a0)))');
  sometimes(50, '(mlsconstrain (dir (search)) (dom l1 l2))');
  sometimes(40, '(validatetrans file (eq u1 u2))');
  sometimes(40, '(mlsvalidatetrans file (or (eq l1 l2) (eq t3 a1)))');
  sometimes(
    70,
    '(sid security)',
    '(sidorder (kernel security))',
    `(sidcontext security ${context()})`,
  );
  sometimes(70, `(portcon tcp 80 ${context()})`);
  sometimes(60, `(portcon udp (1000 2000) ${context()})`);
  sometimes(70, `(genfscon proc / ${context()})`);
  sometimes(60, `(genfscon sysfs /a file ${context()})`);
  sometimes(70, `(fsuse xattr ext4 ${context()})`);
  sometimes(60, `(netifcon eth0 ${context()} ${context()})`);
  sometimes(60, `(nodecon (10.0.0.0) (255.0.0.0) ${context()})`);
  sometimes(60, `(nodecon (fe80::) (ffc0::) ${context()})`);
  sometimes(50, `(ibpkeycon fe80:: (0 0x10) ${context()})`);
  sometimes(50, `(ibendportcon mlx5_0 1 ${context()})`);
  sometimes(50, `(defaultuser file ${pick.one(['source', 'target'])})`);
  sometimes(50, '(defaultrole (file dir) target)');
  sometimes(50, '(policycap open_perms)');
  sometimes(50, '(policycap network_peer_controls)');
}
