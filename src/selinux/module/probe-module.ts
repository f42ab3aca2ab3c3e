import { type Confinement, everyStatement, type InterfaceCall } from '../../description/index.ts';
import { isTypeArgument, statementsOf } from './source/compiled-calls.ts';
import { offeredInterfaces } from './source/offered.ts';
import { macro } from './source/te-text.ts';

/** The interfaces of the policy that a description calls, each once, sorted by name. Its own, and macros of permissions (`_pattern`), are not among them. */
export function calledInterfaces(confinement: Confinement): readonly InterfaceCall[] {
  const offered = new Set(offeredInterfaces(confinement).map(({ name }) => name));
  const calls: InterfaceCall[] = [
    { kind: 'interface', name: 'application_domain', args: ['self', 'own:exec'] },
    ...[...everyStatement(statementsOf(confinement))].filter((each) => each.kind === 'interface'),
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
    call.args.flatMap((_, i) => (isTypeArgument(call, i) ? [probeType(k, i)] : [])),
  );
  const te = [
    'policy_module(confine_probe, 1.0.0)',
    '',
    ...types.map((type) => `type ${type};`),
    '',
    ...calls.flatMap((call, k) => {
      const given = call.args.map((arg, i) => (isTypeArgument(call, i) ? probeType(k, i) : arg));
      return macro('optional_policy', [`${call.name}(${given.join(', ')})`]);
    }),
    '',
  ];
  return { name: 'confine_probe', te: te.join('\n'), fc: '', if: '' };
}

/** A module that is one call for fresh types, `probe_1_1_t` and so on, and nothing else. */
export function probeOfCall(call: InterfaceCall): ReturnType<typeof probeModule> {
  const types = call.args.flatMap((_, i) => (isTypeArgument(call, i) ? [probeType(0, i)] : []));
  const given = call.args.map((arg, i) => (isTypeArgument(call, i) ? probeType(0, i) : arg));
  const te = [
    'policy_module(confine_probe, 1.0.0)',
    '',
    ...types.map((type) => `type ${type};`),
    '',
    `${call.name}(${given.join(', ')})`,
    '',
  ];
  return { name: 'confine_probe', te: te.join('\n'), fc: '', if: '' };
}

/** The fresh type that stands for an argument of a call; both count from 0. */
export function probeType(call: number, argument: number): string {
  return `probe_${call + 1}_${argument + 1}_t`;
}
