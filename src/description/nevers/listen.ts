import type { Kind, Plain } from './kind.ts';

/** No port is opened to others: name_bind, listen, accept. */
export type Listen = Plain<'listen'>;

export function listen(why: string): Listen {
  return { kind: 'listen', why };
}

export const LISTEN: Kind<Listen> = { title: 'accept connections' };
