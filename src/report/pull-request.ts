import { markdownTable, markdownText } from './markdown-text.ts';
import type { AcceptanceLine, NeverLine, ResidualLine } from './report.ts';

/** What a pull request to a program's own repository says: the title, and what the body is made of. */
export interface PullRequest {
  readonly program: string;
  /** The release that the description was made for. */
  readonly version: string;
  readonly module: string;
  readonly domain: string;
  readonly ships: 'permissive' | 'enforcing';
  readonly may: readonly string[];
  readonly tunables: readonly {
    readonly name: string;
    readonly isOn: boolean;
    readonly can: string;
    readonly price: string;
  }[];
  readonly nevers: readonly NeverLine[];
  readonly residuals: readonly ResidualLine[];
  readonly files: readonly { readonly path: string; readonly what: string }[];
  /** How the program's own packaging takes the files, as commands. */
  readonly hooks: readonly string[];
  /** The run that shows it; undefined where the profile has none: then the body says so. */
  readonly evidence: Evidence | undefined;
}

export interface Evidence {
  /** The report, as the pull request places it. */
  readonly path: string;
  readonly headline: string;
  readonly machine: string;
  /** `2026-11-28` */
  readonly day: string;
  readonly program: string;
  readonly acceptance: readonly AcceptanceLine[];
  readonly attacks: number;
}

export function pullRequestTitle({ program, ships }: PullRequest): string {
  return `Add an SELinux policy module for ${program}, ${ships === 'permissive' ? 'permissive at first' : 'enforcing'}`;
}

/** Markdown, as code hosts show it. */
export function pullRequestBody(request: PullRequest): string {
  return `${[
    ...introduction(request),
    ...evidence(request),
    ...never(request),
    ...residuals(request),
    '## What it lets the program do',
    request.may.map((title) => `- ${markdownText(title)}`).join('\n'),
    ...tunables(request),
    ...files(request),
    ...upkeep(request),
  ].join('\n\n')}\n`;
}

function introduction({ program, version, domain, ships }: PullRequest): string[] {
  const rollout =
    ships === 'permissive'
      ? `The package ships the domain permissive: nothing is refused until an administrator runs \`semanage permissive -d ${domain}\`. Until then what would be refused is logged, and nobody's use changes.`
      : 'The package ships the domain enforcing.';
  return [
    `This adds an SELinux policy module for ${markdownText(`${program} ${version}`)}, with what the packages need to install it. ${rollout} Systems without SELinux are not touched.`,
  ];
}

function evidence({ evidence: found }: PullRequest): string[] {
  if (found === undefined) {
    return [
      '**No run on a machine with SELinux stands behind this yet**: `confine lab --evidence DIRECTORY` makes one.',
    ];
  }
  const { headline, machine, day, program, path, acceptance } = found;
  const met = acceptance.filter((point) => point.met).length;
  return [
    `**${markdownText(headline)}**, with ${markdownText(program)} on ${markdownText(machine)}, ${day}: [the report](${encodeURI(path)}) has every command and its output.`,
    ...(acceptance.length === 0
      ? []
      : [
          `## What was asked for: ${met} of ${acceptance.length} met`,
          markdownTable(
            ['point', '', 'shown by'],
            acceptance.map((point) => [
              point.asks,
              point.met ? '✓' : '✗ not met',
              point.shownBy.map(({ what }) => what).join(', '),
            ]),
          ),
        ]),
  ];
}

function never({ nevers, evidence: found }: PullRequest): string[] {
  const attacked =
    found === undefined || found.attacks === 0
      ? ''
      : ` and attacked by ${found.attacks} programs that ran inside the domain`;
  return [
    '## What it must never do',
    nevers.every(({ proof }) => proof === undefined)
      ? 'To be proved on the linked policy: `confine check` does, and no report of it is here yet.'
      : `Proved on the linked policy, not read off the source${attacked === '' ? '' : `,${attacked}`}.`,
    markdownTable(
      ['never', 'why', 'proof', 'attacks'],
      nevers.map(({ kind, why, proof, attacks }) => [
        kind,
        why,
        proof === undefined ? 'not asked' : proof.verdict,
        attacks.length === 0 ? 'none' : String(attacks.length),
      ]),
    ),
    ...(nevers.some(({ proof }) => proof?.verdict === 'holds as set')
      ? [
          '*Holds as set*: with the booleans as shipped. The report names the boolean that opens it.',
        ]
      : []),
    ...(nevers.some(({ proof }) => (proof?.assumes ?? []).length > 0)
      ? ['Some of these proofs assume what no policy can show; the report says what.']
      : []),
  ];
}

function residuals({ residuals: all }: PullRequest): string[] {
  if (all.length === 0) return [];
  return [
    '## What remains possible',
    'No policy can refuse these without breaking the program.',
    all.map(({ what, why }) => `- **${markdownText(what)}**: ${markdownText(why)}`).join('\n'),
  ];
}

function tunables({ tunables: all }: PullRequest): string[] {
  if (all.length === 0) return [];
  return [
    '## What an administrator can switch',
    markdownTable(
      ['boolean', 'as shipped', 'lets the program', 'its price'],
      all.map(({ name, isOn, can, price }) => [name, isOn ? 'on' : 'off', can, price]),
    ),
  ];
}

function files({ files: all, hooks }: PullRequest): string[] {
  return [
    '## Files',
    markdownTable(
      ['file', 'what it is'],
      all.map(({ path, what }) => [path, what]),
    ),
    'Into the packaging that is there they are hooked, and taken out again byte for byte (`--remove`), by',
    ['```sh', ...hooks, '```'].join('\n'),
  ];
}

function upkeep({ module }: PullRequest): string[] {
  return [
    '## Upkeep',
    `All files are generated from one description. After a new release of the program, or of a distribution's policy, \`confine upkeep\` says what changed and what to edit in it, or that there is nothing to do; \`confine build\` writes the files again, and \`confine check\` proves the nevers again. Nobody edits \`${markdownText(module)}.te\` by hand.`,
  ];
}
