import {
  type Confinement,
  domainsOf,
  everyStatement,
  type InterfaceCall,
  type Statement,
} from '../../../description/index.ts';
import type { CompiledCall, Where } from './compiled-call.ts';
import { COMPILED } from './compiled-interfaces.ts';
import { madeBy } from './natures.ts';
import { offeredInterfaces } from './offered.ts';
import { ownTypes } from './own-types.ts';
import { expand } from './reference-policy.ts';

/** The calls of a description that neither the table nor the compiled list knows: a compiler must say what they grant. Each once. */
export function unwrittenCalls(confinement: Confinement): readonly InterfaceCall[] {
  const offered = new Set(offeredInterfaces(confinement).map(({ name }) => name));
  const unknown = [...everyStatement(statementsOf(confinement))]
    .filter((each) => each.kind === 'interface')
    .filter(({ name, args }) => !offered.has(name) && !isWritten(name, args));
  return [...new Map(unknown.map((call) => [callKey(call), call])).values()];
}

/** All that a description says of its domains: what makes their types what they are, and their blocks. */
export function statementsOf(confinement: Confinement): readonly Statement[] {
  return domainsOf(confinement).flatMap((domain) => [
    ...ownTypes(domain).map(madeBy),
    ...domain.may.flatMap(({ blocks }) => blocks.flatMap(({ selinux }) => selinux)),
  ]);
}

function isWritten(name: string, args: readonly string[]): boolean {
  return expand(name, args) !== undefined || LISTED.has(callKey({ name, args }));
}

/** Remembers for a description what its calls come to, so that its .cil can be written. */
export function learnCalls(confinement: Confinement, calls: readonly CompiledCall[]): void {
  const byKey = new Map(calls.map((call) => [call.key, call]));
  for (const domain of domainsOf(confinement)) learnt.set(domain, byKey);
}

/** A confinement is frozen, and its calls come to the same wherever they are compiled. */
const learnt = new WeakMap<Confinement, ReadonlyMap<string, CompiledCall>>();

const LISTED: ReadonlyMap<string, CompiledCall> = new Map(COMPILED.map((call) => [call.key, call]));

/** What is known of a call, from the list that comes with confine or from what was learnt of this description. */
export function compiledCall(
  confinement: Confinement,
  name: string,
  args: readonly string[],
): CompiledCall | undefined {
  const key = callKey({ name, args });
  return LISTED.get(key) ?? learnt.get(confinement)?.get(key);
}

/** The same for every call that differs in types alone: those are filled in. */
export function callKey(call: Pick<InterfaceCall, 'name' | 'args'>): string {
  return [call.name, ...call.args.map((arg, i) => (isTypeArgument(call, i) ? '' : arg))]
    .join(' ')
    .trimEnd();
}

/** Whether an argument is a type, and not a set of classes, a file's name, a role, or the class of a file transition. */
export function isTypeArgument(
  { name, args }: Pick<InterfaceCall, 'name' | 'args'>,
  argument: number,
): boolean {
  const arg = args[argument]!;
  const classAt = /^filetrans_/.test(name) ? 3 : /_filetrans$/.test(name) ? 2 : Infinity;
  return !/^["{]|_r$/.test(arg) && argument < classAt;
}

/** The lines of a call with its types filled in, each part with what tells that its distribution is at hand. */
export function filledParts(
  { parts }: CompiledCall,
  args: readonly string[],
): readonly { readonly marker: Marker; readonly lines: readonly string[] }[] {
  return parts.map(({ on, lines }) => ({
    marker: MARKERS[on],
    lines: lines.map((line) => line.replace(/\$(\d)/g, (_, n: string) => args[Number(n) - 1]!)),
  }));
}

interface Marker {
  readonly types?: readonly string[];
  readonly classes?: Readonly<Record<string, readonly string[]>>;
}

/** Names that only there exist: types, and a class that the reference policy has had since Debian 13's. */
const MARKERS: Readonly<Record<Where, Marker>> = {
  all: {},
  debian: { types: ['init_runtime_t'] },
  'debian-12': { types: ['init_runtime_t', 'publicfile_t'] },
  'debian-13': { types: ['init_runtime_t'], classes: { user_namespace: ['create'] } },
  fedora: { types: ['config_home_t'] },
};
