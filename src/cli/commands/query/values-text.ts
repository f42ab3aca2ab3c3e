import type { BooleanTerm, BooleanValues } from '../../../selinux/query/index.ts';
import { UsageError } from '../../verb.ts';

/** Booleans with their values, as `--bool` takes them: `a=on`. */
export function valuesText(values: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(values).map(([name, on]) => `${name}=${on ? 'on' : 'off'}`);
}

/** One way in which something depends on booleans: `a=on and b=off`. */
export function termText(term: BooleanTerm): string {
  return valuesText(term).join(' and ');
}

/** What `--bool` was given: `a=on,b=off`; also true and false, 1 and 0, as setsebool takes them. */
export function valuesGiven(text: string | undefined): BooleanValues {
  if (text === undefined) return {};
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [, name, value] = /^\s*([^=\s]+)=(on|off|true|false|1|0)\s*$/.exec(part) ?? [];
      if (name === undefined || value === undefined) {
        throw new UsageError(`\`${part}\` is no setting of a boolean`, 'write name=on or name=off');
      }
      return [name, value === 'on' || value === 'true' || value === '1'];
    }),
  );
}
