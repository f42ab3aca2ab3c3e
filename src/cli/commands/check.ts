import { type Confinement, rolloutEvidence, shipsPermissive } from '../../confinement/index.ts';
import { emit } from '../../emit/index.ts';
import type { CallFinding } from '../../facts/index.ts';
import { type Proved, prove } from '../../guarantee/index.ts';
import type { PolicyDb } from '../../policydb/index.ts';
import { domainSummary, type Grant } from '../../query/index.ts';
import { printable, quantity } from '../../text/index.ts';
import { callsTable } from '../calls-table.ts';
import { linkProfile } from '../check-profile.ts';
import { ExitCode } from '../exit-code.ts';
import { type FactsColumn, fedoraColumn } from '../facts-column.ts';
import { compareGenerated } from '../generated-files.ts';
import {
  type CallsOnTarget,
  callsByFacts,
  callsOnDistribution,
  judgeCalls,
} from '../interface-calls.ts';
import type { Io } from '../io.ts';
import { fedoraFacts } from '../load-facts.ts';
import { loadFileContexts } from '../load-file-contexts.ts';
import { loadPolicy } from '../load-policy.ts';
import { DEFAULT_PROFILE, loadProfile, type Profile, rulesetOf } from '../load-profile.ts';
import { openingLines, undeclaredOpenings } from '../openings.ts';
import { step } from '../progress.ts';
import { proofComparison, proofExitCode, proofJson } from '../proof-table.ts';
import { summaryTable } from '../summary-table.ts';
import type { Verb } from '../verb.ts';

export const check: Verb = {
  name: 'check',
  summary: 'build, compile, link, say what the domain may do, and prove the nevers (the main job)',
  define(command, run, io) {
    command
      .argument('[profile]', 'directory with a confinement.ts', DEFAULT_PROFILE)
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
The first run fetches each distribution's compilers and policy (about 30 MB) and links them; later ones take seconds.

Examples:
  confine check                            ${DEFAULT_PROFILE}
  confine check profiles/tcpdump --json    another profile, for scripts`,
      )
      .action((profile: string, options: { json?: true }) =>
        run(() => checkProfile(profile, options, io)),
      );
  },
};

async function checkProfile(named: string, options: { json?: true }, io: Io): Promise<ExitCode> {
  const profile = await step(io, `description ${printable(named)}`, () => loadProfile(io, named));
  const { confinement } = profile;
  const outdated = compareGenerated(profile.directory, emit(confinement)).filter(
    ({ state }) => state !== 'same',
  );
  const linked = await linkProfile(io, confinement);
  const facts = fedoraFacts();
  const fedora = await step(io, `compiled with the facts of Fedora’s policy of ${facts.date}`, () =>
    fedoraColumn(linked.at(-1)!.dist, facts, confinement),
  );
  const columns: Column[] = [];
  const calls: CallsOnTarget[] = [];
  await step(
    io,
    'looked up what each called interface grants, and proved on each policy',
    async () => {
      for (const one of linked) {
        const { target, policy, dist, warnings } = one;
        const column = examined(profile, io, {
          ...{ id: target.id, title: target.title, warnings, doubts: [] },
          ...{ policy: policy.policy, fileContexts: policy.fileContexts },
        });
        columns.push(column);
        calls.push(await callsOnDistribution(target.title, dist, column.db, confinement));
      }
      columns.push(examined(profile, io, { id: 'fedora', warnings: [], ...fedora }));
      calls.push(callsByFacts(fedora.title, facts, confinement));
    },
  );
  const result: Result = {
    profile,
    outdated: outdated.map(({ path, state }) => ({ path, state })),
    columns,
    calls: judgeCalls(calls),
    fedora,
  };
  io.out(options.json ? json(result) : text(result, io));
  return exitCodeOf(result);
}

function exitCodeOf({ profile, outdated, columns, calls }: Result): ExitCode {
  const wrong =
    outdated.length > 0 ||
    columns.some(({ warnings }) => warnings.length > 0) ||
    undeclaredOpenings(profile.confinement, columns).length > 0 ||
    calls.some(({ kind }) => kind === 'dontaudit that allows');
  return wrong ? ExitCode.no : proofExitCode(columns.flatMap(({ proved }) => proved));
}

/** One policy that the module was linked into. */
interface Policy {
  readonly id: string;
  readonly title: string;
  readonly policy: string;
  readonly fileContexts: string;
  readonly warnings: readonly string[];
  readonly doubts: readonly string[];
}

/** What the domain may do there, and what of the nevers holds. */
interface Column extends Policy {
  readonly db: PolicyDb;
  readonly grants: readonly Grant[];
  readonly proved: readonly Proved[];
}

function examined(profile: Profile, io: Io, policy: Policy): Column {
  const { confinement } = profile;
  const db = loadPolicy(io, policy.policy);
  const contexts = loadFileContexts(io, { fileContexts: policy.fileContexts });
  return {
    ...policy,
    db,
    // The linked policy has the domain: the module that declares it was just linked into it.
    grants: domainSummary(db, db.types.ids.get(confinement.domain)!),
    proved: prove(db, contexts, confinement, rulesetOf(profile), policy.doubts),
  };
}

interface Result {
  readonly profile: Profile;
  readonly outdated: readonly { path: string; state: string }[];
  readonly columns: readonly Column[];
  readonly calls: readonly CallFinding[];
  readonly fedora: FactsColumn;
}

function text({ profile, outdated, columns, calls, fedora }: Result, io: Io): string {
  const { confinement } = profile;
  const style = io.outStyle;
  const lines = [
    '',
    ...shipped(confinement).map((line) => style.warn(line)),
    '',
    style.strong(`What ${confinement.domain} may do, in the linked policies`),
    `${fedora.title}: what is known of Fedora’s policy of ${fedora.date}, compiled with the module. It is not that policy: prove on`,
    'a Fedora machine with `confine prove`.',
    '',
    summaryTable(columns, style),
    style.strong(`What ${confinement.domain} must never do`),
    '',
    proofComparison(columns, style),
    ...openingLines(confinement, columns, style),
    style.strong('What calls of interfaces grant beyond what their names say'),
    '',
    callsTable(
      calls,
      columns.map(({ title }) => title),
      style,
    ),
    style.strong('Residuals: what no policy can refuse without breaking the program'),
    '',
    ...confinement.residuals.map(({ what, why }) => `  ${what}\n    ${style.faint(why)}`),
    '',
  ];
  for (const { title, warnings } of columns) {
    for (const warning of warnings) {
      lines.push(`${style.warn('warning')} (${title}): ${printable(warning)}`);
    }
  }
  for (const { path, state } of outdated) {
    lines.push(`${style.bad(state)}: ${printable(`${profile.shown}/${path}`)}`);
  }
  if (outdated.length > 0) {
    lines.push(
      `${quantity(outdated.length, 'generated file')} not as the description says: run \`confine build ${profile.shown}\``,
      '',
    );
  }
  return lines.join('\n');
}

/** What an administrator gets who installs the package. */
function shipped(confinement: Confinement): string[] {
  if (shipsPermissive(confinement)) {
    return [
      `Ships permissive: nothing below is enforced until \`semanage permissive -d ${confinement.domain}\`.`,
    ];
  }
  const evidence = rolloutEvidence(confinement)?.evidence;
  return [
    `Ships enforcing, ${evidence === undefined ? 'without evidence of a run' : `on the evidence of ${evidence}`}.`,
  ];
}

function json({ profile, outdated, columns, calls, fedora }: Result): string {
  const { confinement } = profile;
  const value = {
    profile: profile.shown,
    domain: confinement.domain,
    ships: shipsPermissive(confinement) ? 'permissive' : 'enforcing',
    outdated,
    undeclared: undeclaredOpenings(confinement, columns),
    residuals: confinement.residuals,
    calls: calls.map(({ where, ...call }) => ({ ...call, where: Object.fromEntries(where) })),
    targets: columns.map(({ id, policy, warnings, doubts, grants, proved }) => ({
      target: id,
      ...(id === 'fedora' ? { facts: fedora.date } : {}),
      policy,
      warnings,
      doubts,
      grants,
      nevers: proofJson(proved),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
