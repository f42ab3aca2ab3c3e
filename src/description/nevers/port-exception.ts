import { z } from 'zod';
import { isTypeName, suggestion } from '../../selinux/words/index.ts';
import { example, text } from '../shapes.ts';
import type { Context } from './kind.ts';

/** Ports of one protocol by their type: one of the module's own (`own: 'port'`), or one of the policy's (`type: 'http_port_t'`). */
export interface PortException {
  readonly protocol: 'tcp' | 'udp';
  readonly own?: string;
  readonly type?: string;
}

export const portShape: z.ZodObject = z.strictObject(
  {
    protocol: z.enum(['tcp', 'udp']),
    own: text.optional(),
    type: text.optional(),
  },
  example("{ protocol: 'tcp', type: 'http_port_t' }"),
);

export function checkPorts(
  except: readonly PortException[] | undefined,
  { own, report }: Context,
  place: string,
): void {
  except?.forEach((exception, k) => {
    if ((exception.own === undefined) === (exception.type === undefined)) {
      report(
        `${place}[${k}]`,
        'an exception for ports names one type',
        'give `own`, a type of the module, or `type`, one of the policy',
      );
    }
    if (exception.own !== undefined && !own.has(exception.own)) {
      report(
        `${place}[${k}].own`,
        `the module declares no type \`${exception.own}\``,
        suggestion(exception.own, [...own]) ?? 'declare it under `types` of an ability',
      );
    }
    if (exception.type !== undefined && !isTypeName(exception.type)) {
      report(
        `${place}[${k}].type`,
        `\`${exception.type}\` is no type name`,
        'a port type is called like `http_port_t`',
      );
    }
  });
}
