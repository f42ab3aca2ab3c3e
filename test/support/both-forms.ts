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

/** A description linked into a release's policy from its .te and from its .cil: all that each gives, as sesearch and seinfo say it. */
export async function bothForms(
  id: TargetId,
  confinement: Confinement,
): Promise<{ readonly te: readonly string[]; readonly cil: readonly string[] }> {
  const dist = await distribution(id);
  const base = await basePolicy(dist);
  const { pp, warnings } = await compileModule(dist, moduleSource(confinement));
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  await writeOutCalls(processIo(), confinement);
  const cil = artefacts(confinement).find(({ role }) => role === 'cil')!.text;
  const { name } = confinement;
  return {
    te: await given(
      await linkModules(dist, base, [{ name: `${name}.pp`, bytes: pp }]),
      confinement,
    ),
    cil: await given(
      await linkModules(dist, base, [{ name: `${name}.cil`, bytes: Buffer.from(cil) }]),
      confinement,
    ),
  };
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
