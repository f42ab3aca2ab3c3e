import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { type Confinement, confine } from '../../description/index.ts';
import {
  candidatesFor,
  chooseAbilities,
  type Draft,
  descriptionText,
  draftDescription,
  hintsOf,
  proposeNevers,
  startsAsRoot,
} from '../../draft/index.ts';
import { artefacts, secmarkName } from '../../selinux/module/index.ts';
import type { PolicyDb } from '../../selinux/policydb/index.ts';
import { prove, type Ruleset, type Verdict } from '../../selinux/prove/index.ts';
import { POLICY_TARGETS, type PolicyTarget } from '../../targets/index.ts';
import { quantity } from '../../text/index.ts';
import { linkProfile } from '../check-profile.ts';
import { gatherEvidence, refuseSources, type Sources } from '../draft/gather-evidence.ts';
import { GUEST, type LabOptions, labPlan } from '../draft/lab-plan.ts';
import { policyNames } from '../draft/policy-names.ts';
import { keptWords, runInLab } from '../draft/run-in-lab.ts';
import { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { ownedPaths, takenInDraft } from '../label-owners.ts';
import { loadFileContexts } from '../load-file-contexts.ts';
import { loadPolicy } from '../load-policy.ts';
import { linkedFiles, loadPolicySet } from '../load-policy-set.ts';
import { descriptionIn, newDescription } from '../load-profile.ts';
import { probeCandidates } from '../probe-candidates.ts';
import { step } from '../progress.ts';
import { chosenTargets, targetNames, usualTarget } from '../targets.ts';
import { UsageError, type Verb } from '../verb.ts';
import { writeWhole } from '../write-file.ts';

interface Options extends Sources, LabOptions {
  readonly output?: string;
}

export const draft: Verb = {
  name: 'draft',
  summary: 'a first description of a program, from what it is and what it was seen to do',
  define(command, run, io) {
    command
      .option('--package <name...>', 'installed packages, or .deb or .rpm files')
      .option(
        '--unit <file...>',
        'units that start it, beside those of the package; with --lab, or the one of the package that is run',
      )
      .option(
        '--program <file>',
        'its executable: the file that is read, and where it is installed',
      )
      .option('--log <file...>', 'audit logs of its runs in a permissive domain, one run each')
      .option('--trace <file...>', 'what strace -f -y wrote of its runs, one run each')
      .option('--lab', 'run it in a Debian 13 guest, and draft from the log and the trace of that')
      .option(
        '--lab-command <command>',
        'what the lab runs: the program, or what is asked of its service',
      )
      .option('--lab-file <file...>', 'files that the command finds where it is run')
      .option('--runs <number>', 'how often the lab runs it (default: 1)')
      .option('--keep <directory>', 'where the lab’s logs, traces and packages stay')
      .option('--name <name>', 'the module’s name (default: the executable’s)')
      .option('--target <policy-target>', `the policy that is asked, one of ${targetNames()}`)
      .option(
        '--output <path>',
        'where to write it: a profile’s directory, or a file (default: the standard output)',
      )
      .addHelpText(
        'after',
        `
Abilities are chosen by what each grants on the linked policy. What was seen and no ability accounts for is a question at the
end, never a rule; a never is written down only if it is proved.

Examples:
  confine draft --package tcpdump                                what is installed
  confine draft --package tcpdump --trace run1.txt run2.txt      and what two runs did
  confine draft --name lister --log audit.log --output lister
  confine draft --package plocate --name plocate --lab --runs 2  what its service does in a guest
  confine draft --package poppler-utils --program pdftotext --lab --lab-file paper.pdf \\
    --lab-command 'pdftotext paper.pdf -'`,
      )
      .action((options: Options) => run(() => draftProgram(options, io)));
  },
};

async function draftProgram(options: Options, io: Io): Promise<ExitCode> {
  const output = options.output === undefined ? undefined : outputOf(io, options.output);
  const plan = labPlan(io, options);
  refuseSources(io, plan?.sources ?? options);
  const named = plan === undefined ? options.target : GUEST;
  const target =
    named === undefined ? usualTarget(io) : chosenTargets(io, [named], POLICY_TARGETS).targets[0]!;
  const opened = await step(io, `compilers and headers of ${target.title}`, () => target.open());
  const base = await opened.base([]);
  const db = loadPolicy(io, base.policy);
  const labels = loadFileContexts(io, { fileContexts: base.fileContexts });
  const names = policyNames(db, labels);
  const refuse = (name: string): void => refuseTaken(db, target.title, name);
  const ran = plan && (await runInLab(io, plan, names, refuse));
  const evidence = await gatherEvidence(io, ran?.sources ?? options, names).finally(ran?.dispose);
  refuse(evidence.name);
  const hints = hintsOf(
    evidence.name,
    evidence.sightings,
    evidence.program.executables,
    evidence.service,
  );
  const probed = await probeCandidates(io, opened, candidatesFor(hints));
  const ways = [
    ...(evidence.unit === undefined || hints.users.length > 0
      ? ['startFromShell', 'useTerminal']
      : []),
    ...(startsAsRoot(hints) ? ['runAsRoot'] : []),
    ...(evidence.unit === undefined
      ? []
      : [evidence.service?.timer ? 'runAsTimerJob' : 'runAsDaemon']),
  ];
  const choice = chooseAbilities(evidence, probed, ways);
  const bare = confine(
    draftDescription({
      ...{ evidence, choice, taken: [], nevers: [] },
      tunables: tunablesOf(choice),
    }),
  );
  const taken = ownedPaths(bare, [{ title: target.title, base: labels }]).map(takenInDraft);
  const whole = await proved(io, target, { evidence, choice, taken });
  const text = descriptionText(whole);
  if (plan?.keep !== undefined) io.err(`${keptWords(relative(io.cwd, plan.keep) || '.', plan)}\n`);
  if (output === undefined) io.out(text);
  else {
    writeWhole(output, text);
    const usual = descriptionIn(dirname(output)) === output;
    const profile = relative(io.cwd, usual ? dirname(output) : output) || '.';
    io.out(`written  ${relative(io.cwd, output)}: ${summaryOf(whole)}

Read it, and answer the questions at its end. Next:
  confine build ${profile}   write the module
  confine check ${profile}   compile it, link it, prove the nevers
`);
  }
  return ExitCode.yes;
}

function refuseTaken({ types }: PolicyDb, policy: string, name: string): void {
  if (!types.ids.has(`${name}_t`)) return;
  throw new UsageError(
    `the policy of ${policy} has a domain \`${name}_t\` already`,
    `explain it with confine explain --domain ${name}_t, or draft another: --name my_${name}`,
  );
}

/** A file of TypeScript, or the directory of the profile. Throws UsageError for one that is there. */
function outputOf(io: Io, named: string): string {
  const path = resolve(io.cwd, named);
  const file = /\.m?ts$/.test(path) ? path : newDescription(path);
  const there = existsSync(file) ? file : file === path ? undefined : descriptionIn(path);
  if (there !== undefined) {
    throw new UsageError(`\`${relative(io.cwd, there)}\` is there already`, 'name another place');
  }
  if (file !== path && existsSync(path) && !statSync(path).isDirectory()) {
    throw new UsageError(
      `\`${named}\` is a file that is no TypeScript`,
      'name a directory, or a .ts',
    );
  }
  return file;
}

/** Proves every never that can be proposed; those that do not hold become questions. */
async function proved(
  io: Io,
  target: PolicyTarget,
  { evidence, choice, taken }: Pick<Draft, 'evidence' | 'choice' | 'taken'>,
): Promise<Draft> {
  const may = choice.chosen.map(({ probed }) => probed.candidate);
  const tunables = tunablesOf(choice);
  const proposed = proposeNevers(
    evidence,
    may.map(({ ability }) => ability),
    choice.left,
  );
  const parts = { evidence, choice, tunables, taken, nevers: proposed };
  const confinement = confine(draftDescription(parts));
  const [linked] = await linkProfile(io, confinement, [target]);
  const set = loadPolicySet(io, linkedFiles(linked!), rulesetFor(confinement));
  const verdicts = await step(
    io,
    `${quantity(proposed.length, 'never')} proved on ${target.title}`,
    () => prove(set, confinement),
  );
  const judged = proposed.map((one, i) => ({ proposed: one, verdict: verdicts[i]!.verdict }));
  return {
    ...parts,
    nevers: judged.flatMap((one) => provedOf(one.proposed, one.verdict)),
    refuted: judged.flatMap(({ proposed: never, verdict }) => {
      if (verdict.outcome === 'holds' || verdict.outcome === 'holds-as-set') return [];
      const text =
        verdict.outcome === 'violated'
          ? (verdict.witnesses[0]?.what ?? 'a way is open')
          : verdict.reasons.join('; ');
      return [{ proposed: never, outcome: verdict.outcome, text }];
    }),
    provedOn: linked!.target.title,
  };
}

function tunablesOf({ chosen }: Draft['choice']): Draft['tunables'] {
  const all = chosen.flatMap(({ probed }) => probed.candidate.tunables);
  return [...new Map(all.map((tunable) => [tunable.name, tunable])).values()];
}

/** What its package would install to label packets, as `confine build` writes it. */
function rulesetFor(confinement: Confinement): Ruleset | undefined {
  const name = secmarkName(confinement);
  const script = artefacts(confinement).find((file) => file.name === name);
  return script && { name, text: script.text };
}

/** A never that may be written down; what opens it under another setting of the booleans stands above it. */
function provedOf(proposed: Draft['nevers'][number], verdict: Verdict): Draft['nevers'] {
  if (verdict.outcome === 'holds') return [proposed];
  if (verdict.outcome !== 'holds-as-set') return [];
  const [first] = verdict.breaks;
  const by = first?.settings.map(({ boolean, value }) => `${boolean} ${value ? 'on' : 'off'}`);
  return [
    { ...proposed, note: `As the booleans are set: with ${by?.join(' and ')}, ${first?.what}.` },
  ];
}

function summaryOf({ choice, nevers, refuted }: Draft): string {
  const questions = choice.left.length + refuted.length;
  return `${quantity(choice.chosen.length, 'ability', 'abilities')}, ${quantity(nevers.length, 'never')} proved, ${quantity(questions, 'access or never', 'accesses and nevers')} to decide about`;
}
