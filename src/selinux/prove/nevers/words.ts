import type {
  DatagramException,
  ResolverException,
  WriteException,
} from '../../../description/index.ts';

/** What is excepted, to follow a question. */
export function but(excepted: readonly string[]): string {
  return excepted.length === 0 ? '' : ` but ${excepted.join('; ')}`;
}

export function butToResolvers(except: ResolverException | DatagramException | undefined): string {
  if (except === undefined) return '';
  if (!('from' in except)) return ` but to the resolvers, with ${except.when}`;
  const ways = [
    ...(except.to.length === 0 ? [] : [`to UDP port ${except.to.join(', ')}`]),
    ...(except.from.length === 0 ? [] : [`from UDP port ${except.from.join(', ')}`]),
  ];
  return ` but ${ways.join(' and ')}, with ${except.when}`;
}

export function placeInWords({ path, own, when, only }: WriteException): string {
  const place = path ?? `its own type ${own}`;
  const what = when === undefined ? place : `${place} with ${when}`;
  return only === undefined ? what : `${what}, as far as the base grants it`;
}
