import { processIo } from '../../src/cli/io.ts';
import { writeOutCalls } from '../../src/cli/write-out-calls.ts';
import { type Confinement, domainsOf } from '../../src/description/index.ts';
import { artefacts, moduleSource } from '../../src/selinux/module/index.ts';
import {
  basePolicy,
  compileModule,
  distribution,
  type LinkedPolicy,
  linkModules,
  type TargetId,
} from '../../src/targets/index.ts';
import { peer } from './peer.ts';

/**
 * Descriptions linked into a release's policy, all in one link, from their .te and from their .cil: what each of them is given by either, as sesearch and
 * seinfo say it, in their order.
 */
export async function bothForms(
  id: TargetId,
  confinements: readonly Confinement[],
): Promise<readonly { readonly te: readonly string[]; readonly cil: readonly string[] }[]> {
  const dist = await distribution(id);
  const base = await basePolicy(dist);
  const compiled = [];
  const written = [];
  for (const confinement of confinements) {
    const { name } = confinement;
    const { pp, warnings } = await compileModule(dist, moduleSource(confinement));
    if (warnings.length > 0) throw new Error(warnings.join('\n'));
    compiled.push({ name: `${name}.pp`, bytes: pp });
    await writeOutCalls(processIo(), confinement);
    const cil = artefacts(confinement).find(({ role }) => role === 'cil')!.text;
    written.push({ name: `${name}.cil`, bytes: Buffer.from(cil) });
  }
  const te = await linkModules(dist, base, compiled);
  const cil = await linkModules(dist, base, written);
  const both = [];
  for (const confinement of confinements) {
    both.push({ te: await given(te, confinement), cil: await given(cil, confinement) });
  }
  return both;
}

async function given(policy: LinkedPolicy, confinement: Confinement): Promise<string[]> {
  const { name } = confinement;
  const domains = domainsOf(confinement).map(({ domain }) => domain);
  const rules = ['-A', '--dontaudit', '--allowxperm', '-T'];
  const questions = [
    ...domains.map((domain) => [...rules, '-s', domain]),
    [...rules, '-rt', '-t', `^${name}_`],
    [...rules, '-rs', '-s', `^${name}_`],
    // What others make with a type of the module, where neither they nor the place are of it.
    ['-T', '-rd', '-D', `^${name}_`],
    ['--role_allow', '--role_trans', '--range_trans'],
  ];
  const found: string[] = [];
  for (const question of questions) {
    const { stdout } = await peer('sesearch', [policy.policy, ...question], { accept: [0, 1] });
    // Conditional rules are not joined by the compilers: permission by permission they say the same, however they are cut.
    found.push(...[...new Set(stdout.trim().split('\n').flatMap(byPermission))].sort());
  }
  for (const role of ['system_r', 'unconfined_r', 'staff_r']) {
    const { stdout } = await peer('seinfo', [policy.policy, '-r', role, '-x']);
    for (const domain of domains) {
      found.push(`${role} has ${domain}: ${new RegExp(`\\b${domain}\\b`).test(stdout)}`);
    }
  }
  return found;
}

/** `allow a b:c { d e }; [ x ]:True` -> one line for `d` and one for `e`. */
function byPermission(rule: string): string[] {
  const [, head, permissions, tail] =
    /^((?:allow|dontaudit) \S+ \S+) \{ (.+) \};(.*)$/.exec(rule) ?? [];
  if (permissions === undefined) return [rule];
  return permissions.split(' ').map((permission) => `${head} ${permission};${tail}`);
}
