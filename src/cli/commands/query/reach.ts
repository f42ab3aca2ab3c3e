import {
  formatRule,
  type Reach,
  type ReachedDomain,
  reach as reachOf,
} from '../../../selinux/query/index.ts';
import { printable, quantity, type Style, table, wrap } from '../../../text/index.ts';
import { ExitCode } from '../../exit-code.ts';
import { namedPolicy, POLICY_HELP, RUNNING_POLICY } from '../../load-policy.ts';
import type { Verb } from '../../verb.ts';
import { valuesGiven } from './values-text.ts';

export const reach: Verb = {
  name: 'reach',
  summary:
    'how far one gets from a domain: what it can become, and what of the machine it then has',
  define(command, run, io) {
    command
      .argument('<domain>', 'the domain that was taken over')
      .option('-b, --bool <settings>', 'as in a=on,b=off; the others as the policy has them')
      .option('--rules', 'with the rules that grant it')
      .option('--policy <file>', POLICY_HELP, RUNNING_POLICY)
      .option('--json', 'the same as data')
      .addHelpText(
        'after',
        `
By domain transitions, in any number; from an unconfined domain nothing further is followed. Transitions are type enforcement only:
constraints and roles may forbid some. To become a domain is to start its program: whether that does one's bidding, no policy says. What
crosses by files that others read or run is not followed: that is \`query flows\`.
Exits 1 if it can become an unconfined or permissive domain or has something that hands over the machine, 4 if of that it cannot be said, 0 if not.

Examples:
  confine query reach httpd_t --policy debian-13
  confine query reach rustnet_t --policy policy.34 --rules`,
      )
      .action((domain: string, options: Options) =>
        run(async () => {
          const db = await namedPolicy(io, options.policy);
          const found = reachOf(db, domain, valuesGiven(options.bool));
          io.out(
            options.json
              ? `${JSON.stringify(found, null, 2)}\n`
              : text(found, options, io.outStyle),
          );
          return endingOf(found);
        }),
      );
  },
};

interface Options {
  readonly bool?: string;
  readonly rules?: true;
  readonly policy: string;
  readonly json?: true;
}

function endingOf({ loose, domains, sensitive }: Reach): ExitCode {
  const certain = sensitive.some(({ unknown }) => unknown === undefined);
  if (certain || loose !== undefined || domains.some((one) => one.loose)) return ExitCode.no;
  return sensitive.length > 0 ? ExitCode.undecided : ExitCode.yes;
}

function text(found: Reach, options: Options, style: Style): string {
  const { domain, domains, sensitive, loose } = found;
  const name = printable(domain);
  const doubtful = sensitive.some(({ unknown }) => unknown !== undefined);
  const rows = sensitive.map(({ what, path, rules, unknown }) => [
    unknown === undefined ? style.bad(what) : style.warn(what),
    path.length === 0 ? 'itself' : `as ${printable(path.join(' → '))}`,
    ...(doubtful ? [unknown === undefined ? '' : `not known: ${printable(unknown)}`] : []),
    ...(options.rules ? [printable([...new Set(rules.map(formatRule))].join('  '))] : []),
  ]);
  const columns = [
    'may',
    'how',
    ...(doubtful ? ['certain'] : []),
    ...(options.rules ? ['by'] : []),
  ];
  return [
    ...(sensitive.length === 0
      ? []
      : [
          style.strong(`What ${name}, or a domain that it can become, may do`),
          '',
          table(
            columns.map((heading) => ({ heading })),
            rows,
          ),
        ]),
    ...(domains.length === 0
      ? []
      : [style.strong(`What ${name} can become`), '', domainTable(domains, style)]),
    ...(loose === undefined ? [] : [style.bad(`${name} is ${loose}: nothing holds it.`)]),
    summary(found, style),
    '',
  ].join('\n');
}

function domainTable(domains: readonly ReachedDomain[], style: Style): string {
  const bySteps = Map.groupBy(domains, ({ path }) => path.length);
  const rows = [...bySteps].map(([steps, of]) => [
    String(steps),
    wrap(of.map((one) => printable(one.name)).join(' '), 90),
    style.bad(
      of
        .filter((one) => one.loose)
        .map((one) => `${printable(one.name)} ${one.loose}`)
        .join('\n'),
    ),
  ]);
  return table(
    [{ heading: 'steps', align: 'right' }, { heading: 'domains' }, { heading: 'not held' }],
    rows,
  );
}

function summary({ domain, domains, sensitive }: Reach, style: Style): string {
  const loose = domains.filter((one) => one.loose);
  const become =
    domains.length === 0
      ? 'can become no other domain'
      : `can become ${quantity(domains.length, 'other domain')}, ${loose.length} of them unconfined or permissive`;
  const certain = sensitive.filter(({ unknown }) => unknown === undefined).length;
  const has = [
    `${certain === 0 ? 'nothing' : certain} of what hands over the machine`,
    ...(certain === sensitive.length ? [] : [`of ${sensitive.length - certain} it cannot be said`]),
  ].join('; ');
  const tone = loose.length === 0 && sensitive.length === 0 ? style.good : style.bad;
  return tone(`${printable(domain)} ${become}, and has ${has}.`);
}
