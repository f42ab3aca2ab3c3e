import { z } from 'zod';
import { text } from '../shapes.ts';
import type { Context } from './kind.ts';

/** DNS to port 53 of the configured resolvers while `when` is on, held to them by the SECMARK companion. */
export interface ResolverException {
  readonly to: 'configured-resolver';
  /** The tunable that opens it, without the module's prefix. */
  readonly when: string;
  /** The packet type that the companion ruleset puts on the resolvers' packets, as an own type's name. */
  readonly packets: string;
}

/** DNS to port 53 of the configured resolvers, while the tunable is on and the companion ruleset is loaded. */
export function resolver(options: { when: string; packets: string }): ResolverException {
  return { to: 'configured-resolver', ...options };
}

export const resolverShape: z.ZodObject = z.strictObject({
  to: z.literal('configured-resolver'),
  when: text,
  packets: text,
});

export function checkResolver(
  except: ResolverException | undefined,
  { own, report }: Context,
): void {
  if (except === undefined || own.has(except.packets)) return;
  report(
    'except.packets',
    `the module declares no packet type \`${except.packets}\``,
    'without SECMARK the kernel checks no port on UDP: give the ability that labels packets, or no exception',
  );
}
