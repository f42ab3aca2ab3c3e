import type { PathException, ResolverException } from '../../../description/index.ts';

/** What is excepted, to follow a question. */
export function but(excepted: readonly string[]): string {
  return excepted.length === 0 ? '' : ` but ${excepted.join('; ')}`;
}

export function butToResolvers(except: ResolverException | undefined): string {
  return except === undefined ? '' : ` but to the resolvers, with ${except.when}`;
}

export function placeInWords({ path, own, when }: PathException): string {
  const what = path ?? `its own type ${own}`;
  return when === undefined ? what : `${what} with ${when}`;
}
