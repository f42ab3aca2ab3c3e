import type { Kind, Plain } from './kind.ts';

/** Nothing is mounted, remounted, unmounted or mounted over. */
export type Mount = Plain<'mount'>;

export function mount(why: string): Mount {
  return { kind: 'mount', why };
}

export const MOUNT: Kind<Mount> = { title: 'mount file systems' };
