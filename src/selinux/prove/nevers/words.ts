import type {
  DatagramException,
  PathException,
  ResolverException,
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

export function placeInWords({ path, own, when }: PathException): string {
  const what = path ?? `its own type ${own}`;
  return when === undefined ? what : `${what} with ${when}`;
}
