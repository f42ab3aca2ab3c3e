import { type CountName, type PolicyInfo, policyInfo } from '../../../selinux/query/index.ts';
import { ExitCode } from '../../exit-code.ts';
import { POLICY_HELP, policyFile, RUNNING_POLICY, readPolicyFile } from '../../load-policy.ts';
import type { Verb } from '../../verb.ts';

export const info: Verb = {
  name: 'info',
  summary: 'how much of everything a policy holds (as seinfo counts)',
  define(command, run, io) {
    command
      .option('--policy <policy>', POLICY_HELP, RUNNING_POLICY)
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Examples:
  confine query info --policy policy.34          the counts, one per line
  confine query info --policy policy.34 --json   the same for scripts`,
      )
      .action((options: { policy: string; json?: true }) =>
        run(async () => {
          const result = policyInfo(readPolicyFile(io, await policyFile(io, options.policy)));
          io.out(options.json ? `${JSON.stringify(result, null, 2)}\n` : text(result));
          return ExitCode.yes;
        }),
      );
  },
};

function text({ version, mls, handleUnknown, notes, counts }: PolicyInfo): string {
  const lines = [
    `${'policy version'.padEnd(WIDTH)}${version}`,
    `${'MLS'.padEnd(WIDTH)}${mls ? 'enabled' : 'disabled'}`,
    `${'unknown permissions'.padEnd(WIDTH)}${handleUnknown}`,
    ...notes.map((note) => `${'note'.padEnd(WIDTH)}${note}`),
    '',
  ];
  for (const [name, title] of Object.entries(TITLES)) {
    lines.push(`${title.padEnd(WIDTH)}${String(counts[name as CountName]).padStart(7)}`);
  }
  return `${lines.join('\n')}\n`;
}

const WIDTH = 26;

const TITLES: Readonly<Record<CountName, string>> = {
  classes: 'classes',
  permissions: 'permissions',
  types: 'types',
  attributes: 'attributes',
  roles: 'roles',
  users: 'users',
  booleans: 'booleans',
  conditionals: 'conditionals',
  sensitivities: 'sensitivities',
  categories: 'categories',
  allow: 'allow',
  auditallow: 'auditallow',
  dontaudit: 'dontaudit',
  allowxperm: 'allowxperm',
  auditallowxperm: 'auditallowxperm',
  dontauditxperm: 'dontauditxperm',
  typeTransitions: 'type_transition',
  typeChanges: 'type_change',
  typeMembers: 'type_member',
  rangeTransitions: 'range_transition',
  roleAllows: 'role allow',
  roleTransitions: 'role_transition',
  constraints: 'constrain',
  mlsConstraints: 'mlsconstrain',
  validateTransitions: 'validatetrans',
  mlsValidateTransitions: 'mlsvalidatetrans',
  defaults: 'default_*',
  typeBounds: 'typebounds',
  permissive: 'permissive types',
  neverAudit: 'neveraudit types',
  capabilities: 'policy capabilities',
  initialSids: 'initial sids',
  fsUses: 'fs_use',
  genfs: 'genfscon',
  ports: 'portcon',
  netifs: 'netifcon',
  nodes: 'nodecon',
  ibpkeys: 'ibpkeycon',
  ibendports: 'ibendportcon',
};
