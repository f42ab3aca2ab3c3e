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
import { sesearchAnswers } from './sesearch-answers.ts';

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
  const te = await given(await linkModules(dist, base, compiled), confinements);
  const cil = await given(await linkModules(dist, base, written), confinements);
  return confinements.map((_, i) => ({ te: te[i]!, cil: cil[i]! }));
}

/** What a linked policy gives to each description: one process of sesearch for all, and a role is listed once. */
async function given(
  { policy }: LinkedPolicy,
  confinements: readonly Confinement[],
): Promise<readonly (readonly string[])[]> {
  const asked = confinements.map(questionsOf);
  const answers = [...(await sesearchAnswers(policy, asked.flat()))];
  const roles: { readonly role: string; readonly types: ReadonlySet<string> }[] = [];
  for (const role of ['system_r', 'unconfined_r', 'staff_r']) {
    const { stdout } = await peer('seinfo', [policy, '-r', role, '-x']);
    roles.push({ role, types: new Set(stdout.match(/\w+/g)) });
  }
  return confinements.map((confinement, i) => {
    const own = answers.splice(0, asked[i]!.length);
    const has = domainsOf(confinement).flatMap(({ domain }) =>
      roles.map(({ role, types }) => `${role} has ${domain}: ${types.has(domain)}`),
    );
    return [...own.flatMap(rulesOf), ...has];
  });
}

function questionsOf(confinement: Confinement): string[][] {
  const { name } = confinement;
  const rules = ['-A', '--dontaudit', '--allowxperm', '-T'];
  return [
    ...domainsOf(confinement).map(({ domain }) => [...rules, '-s', domain]),
    [...rules, '-rt', '-t', `^${name}_`],
    [...rules, '-rs', '-s', `^${name}_`],
    // What others make with a type of the module, where neither they nor the place are of it.
    ['-T', '-rd', '-D', `^${name}_`],
    ['--role_allow', '--role_trans', '--range_trans'],
  ];
}

/** Conditional rules are not joined by the compilers: permission by permission they say the same, however they are cut. */
function rulesOf([code, out]: readonly [code: number, out: string]): string[] {
  // 1 is sesearch's answer for no rule; a failure on both forms would make them look the same.
  if (code !== 0 && code !== 1) throw new Error(`sesearch ended with exit code ${code}`);
  return [...new Set(out.trim().split('\n').flatMap(byPermission))].sort();
}

/** `allow a b:c { d e }; [ x ]:True` -> one line for `d` and one for `e`. */
function byPermission(rule: string): string[] {
  const [, head, permissions, tail] =
    /^((?:allow|dontaudit) \S+ \S+) \{ (.+) \};(.*)$/.exec(rule) ?? [];
  if (permissions === undefined) return [rule];
  return permissions.split(' ').map((permission) => `${head} ${permission};${tail}`);
}
