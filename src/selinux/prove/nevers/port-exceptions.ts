import type { PortException } from '../../../description/index.ts';
import type { TypeId } from '../../policydb/index.ts';
import type { Inquiry } from '../inquiry/inquiry.ts';
import { typeOf } from '../inquiry/own-types.ts';
import type { Subject } from '../inquiry/subject.ts';
import { portsOf, portsText } from './ports.ts';

/** The types that are excepted for one protocol; one that the policy lacks excepts nothing. */
export function exceptedPorts(
  subject: Subject,
  except: readonly PortException[],
  protocol: PortException['protocol'],
): ReadonlySet<TypeId> {
  const types = except
    .filter((one) => one.protocol === protocol)
    .map(({ own, type }) => typeOf(subject, own === undefined ? type! : `own:${own}`));
  return new Set(types.filter((type) => type !== undefined));
}

/** Says which ports the exceptions are for: the kernel knows their types alone. */
export function notePortExceptions(inquiry: Inquiry, except: readonly PortException[]): void {
  const { subject } = inquiry;
  for (const exception of except) {
    const { protocol } = exception;
    for (const type of exceptedPorts(subject, [exception], protocol)) {
      const { ranges, rest } = portsOf(subject.db, type, protocol);
      const name = subject.db.types.names[type]!;
      inquiry.note(
        ranges.length === 0 && !rest
          ? `the exception for ${name} is one for the ports that \`semanage port\` gives it; this policy gives it none`
          : `the exception for ${name} is one for ${portsText(subject.db, type, protocol)}`,
      );
    }
  }
}

export function portInWords({ protocol, own, type }: PortException): string {
  return `${protocol.toUpperCase()} ports of ${own === undefined ? type! : `its own type ${own}`}`;
}
