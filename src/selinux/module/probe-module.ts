import { type Confinement, everyStatement, type InterfaceCall } from '../../description/index.ts';
import { offeredInterfaces } from './source/offered.ts';
import { ownTypes } from './source/own-types.ts';
import { NATURE_INTERFACE } from './source/te.ts';
import { macro } from './source/te-text.ts';

/** The interfaces of the policy that a description calls, each once, sorted by name. Its own, and macros of permissions (`_pattern`), are not among them. */
export function calledInterfaces(confinement: Confinement): readonly InterfaceCall[] {
  const offered = new Set(offeredInterfaces(confinement).map(({ name }) => name));
  const statements = confinement.may.flatMap(({ blocks }) =>
    blocks.flatMap((block) => block.selinux),
  );
  const calls: InterfaceCall[] = [
    { kind: 'interface', name: 'application_domain', args: ['self', 'own:exec'] },
    ...ownTypes(confinement).map(
      ({ name, nature }): InterfaceCall => ({
        kind: 'interface',
        name: NATURE_INTERFACE[nature],
        args: [`own:${name}`],
      }),
    ),
    ...[...everyStatement(statements)].filter((each) => each.kind === 'interface'),
  ];
  const byName = new Map(calls.map((call) => [call.name, call]));
  return [...byName.values()]
    .filter(({ name }) => !offered.has(name) && !/_pattern$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A module that calls each of these interfaces for fresh types and does nothing else: what it comes to is what the calls grant. The types of
 * the k-th call are `probe_K_1_t`, `probe_K_2_t` …
 */
export function probeModule(calls: readonly InterfaceCall[]): {
  readonly name: string;
  readonly te: string;
  readonly fc: string;
  readonly if: string;
} {
  const types = calls.flatMap((call, k) =>
    call.args.flatMap((_, i) => (isType(call, i) ? [probeType(k, i)] : [])),
  );
  const te = [
    'policy_module(confine_probe, 1.0.0)',
    '',
    ...types.map((type) => `type ${type};`),
    '',
    ...calls.flatMap((call, k) => {
      const given = call.args.map((arg, i) => (isType(call, i) ? probeType(k, i) : arg));
      return macro('optional_policy', [`${call.name}(${given.join(', ')})`]);
    }),
    '',
  ];
  return { name: 'confine_probe', te: te.join('\n'), fc: '', if: '' };
}

/** Whether an argument is a type, and not a set of classes, a file's name, or the class of a file transition, its third parameter. */
function isType({ name, args }: InterfaceCall, argument: number): boolean {
  const arg = args[argument]!;
  return !/^["{]/.test(arg) && !(name.endsWith('_filetrans') && argument >= 2);
}

/** The fresh type that stands for an argument of a call; both count from 0. */
export function probeType(call: number, argument: number): string {
  return `probe_${call + 1}_${argument + 1}_t`;
}
