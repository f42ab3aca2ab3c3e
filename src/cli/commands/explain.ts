import { resolve } from 'node:path';
import { type DomainView, domainPicture, explainPage } from '../../report/index.ts';
import type { PolicyDb } from '../../selinux/policydb/index.ts';
import { domainSummary, typeNamed } from '../../selinux/query/index.ts';
import { printable } from '../../text/index.ts';
import { CHECK_TARGETS } from '../check-targets.ts';
import { domainView } from '../domain-view.ts';
import { examineTargets } from '../examine-targets.ts';
import { ExitCode } from '../exit-code.ts';
import { explanationText } from '../explanation-text.ts';
import type { Io } from '../io.ts';
import { loadPolicy, POLICY_HELP, policyFile, RUNNING_POLICY } from '../load-policy.ts';
import { DEFAULT_PROFILE, loadProfile } from '../load-profile.ts';
import { domainNamed } from '../one-domain.ts';
import { profileView } from '../profile-targets.ts';
import { addTargets, chosenTargets, targetNames } from '../targets.ts';
import { UsageError, type Verb } from '../verb.ts';
import { ownVersion } from '../version.ts';
import { writeWhole } from '../write-file.ts';

interface Options {
  readonly target?: string[];
  readonly domain?: string;
  readonly policy?: string;
  readonly html?: string;
  readonly svg?: string;
  readonly full?: true;
  readonly json?: true;
}

export const explain: Verb = {
  name: 'explain',
  summary: 'a domain of any policy on one page, with its picture',
  define(command, run, io) {
    command
      .argument('[profile]', `directory with a confinement.ts (default: "${DEFAULT_PROFILE}")`)
      .option(
        '--target <names>',
        `of ${targetNames(CHECK_TARGETS)}; several in a list, or said again (default: all that this machine can have)`,
        addTargets,
      )
      .option('--domain <type>', 'a domain of a policy; with a profile, which of its domains')
      .option(
        '-p, --policy <file>',
        `with --domain alone: ${POLICY_HELP} (default: the running one)`,
      )
      .option('--html <file>', 'write the page there')
      .option('--svg <file>', 'write the picture there')
      .option('--full', 'every line, not the first of each kind')
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
Who can enter the domain, what it may do, which booleans open what, what it can become, how far its information reaches; for a
profile also what its nevers stop. By rules alone: constraints, levels and roles may forbid some of it.

Examples:
  confine explain --html rustnet.html                                  ${DEFAULT_PROFILE}, on all targets
  confine explain --domain httpd_t --policy debian-13 --svg httpd.svg  a domain that confine did not make`,
      )
      .action((profile: string | undefined, options: Options) =>
        run(() => explainDomain(profile, options, io)),
      );
  },
};

async function explainDomain(
  named: string | undefined,
  options: Options,
  io: Io,
): Promise<ExitCode> {
  const { view, policies } =
    options.domain === undefined || named !== undefined
      ? await ofProfile(named ?? DEFAULT_PROFILE, options, io)
      : await ofPolicy(options.domain, options, io);
  if (options.html !== undefined) {
    writeWhole(resolve(io.cwd, options.html), explainPage(view, `confine ${ownVersion()}`));
  }
  if (options.svg !== undefined) writeWhole(resolve(io.cwd, options.svg), domainPicture(view));
  io.out(
    options.json
      ? `${JSON.stringify({ ...view, grants: grantsOf(view, policies) }, null, 2)}\n`
      : explanationText(view, io.outStyle, options.full ?? false),
  );
  return ExitCode.yes;
}

interface Explained {
  readonly view: DomainView;
  readonly policies: readonly { readonly title: string; readonly db: PolicyDb }[];
}

/** Every grant with its permissions, which the lines of a page put together. */
function grantsOf({ domain }: DomainView, policies: Explained['policies']): unknown {
  return policies.map(({ title, db }) => ({
    on: title,
    grants: domainSummary(db, db.types.ids.get(domain)!),
  }));
}

async function ofProfile(named: string, options: Options, io: Io): Promise<Explained> {
  if (options.policy !== undefined) {
    throw options.domain === undefined
      ? new UsageError(
          '`--policy` is for a domain that is named',
          'add --domain TYPE; for a profile, --target names its policies',
        )
      : new UsageError(
          '`--policy` asks a policy, not a profile',
          'leave one of them out: a profile’s policies are named by --target',
        );
  }
  const profile = await loadProfile(io, named);
  const at = options.domain === undefined ? 0 : domainNamed(profile.confinement, options.domain);
  const { targets } = chosenTargets(io, options.target, CHECK_TARGETS);
  const examined = await examineTargets(io, profile, targets);
  return {
    view: profileView(profile, examined, at),
    policies: examined.map(({ title, set }) => ({ title, db: set.db })),
  };
}

async function ofPolicy(
  domain: string,
  { target, policy = RUNNING_POLICY }: Options,
  io: Io,
): Promise<Explained> {
  if (target !== undefined) {
    throw new UsageError(
      '`--domain` without a profile asks a policy, and no targets',
      'leave one of them out; a target’s own policy is --policy debian-13',
    );
  }
  const file = await policyFile(io, policy);
  const db = loadPolicy(io, file);
  const name = db.types.names[typeNamed(db, domain)]!;
  const policies = [{ title: policy, db, notes: [] }];
  const view = domainView(name, policies, {
    title: natureOf(db, name),
    programs: [],
    stopped: [],
    residuals: [],
    commands: commandsFor(name, policy),
  });
  return { view, policies };
}

/** What the policy says that it is. */
function natureOf(db: PolicyDb, name: string): string {
  const is = (attribute: string): boolean => {
    const id = db.types.ids.get(attribute);
    const type = db.types.ids.get(name)!;
    return id !== undefined && (db.types.members.get(id)?.has(type) ?? false);
  };
  if (!is('domain')) return 'a type that is no domain';
  for (const attribute of ['unconfined_domain_type', 'userdomain', 'daemon', 'initrc_domain']) {
    if (is(attribute)) return `a domain, ${attribute}`;
  }
  return 'a domain';
}

function commandsFor(domain: string, policy: string): DomainView['commands'] {
  const where = `--policy ${policy}`;
  const ask = (about: string, question: string): DomainView['commands'][number] => ({
    about,
    command: `confine query ${question}`,
  });
  return [
    ask('Its rules', `rules ${where} -A -s ${domain}`),
    ask('Who can enter it, by which rules', `transitions ${where} -s ${domain} -r --full`),
    ask('What it can become, by which rules', `transitions ${where} -s ${domain} --full`),
    ask('Where its information goes', `flows ${where} -s ${domain} --full`),
    ask('What comes to it', `flows ${where} -s ${domain} -r --full`),
  ].map(({ about, command }) => ({ about, command: printable(command) }));
}
