import type { Confinement, NeverKind, Residual } from '../confinement/index.ts';

/** What a description accepts, where it touches a kind of never. One with an id that is not known here is listed with every verdict. */
export function residualsOf(confinement: Confinement, kind: NeverKind): readonly Residual[] {
  return confinement.residuals.filter(({ id }) => TOUCHES[id]?.includes(kind) ?? true);
}

/** Whether a description accepts this residual. */
export function accepts(confinement: Confinement, id: string): boolean {
  return confinement.residuals.some((residual) => residual.id === id);
}

const TOUCHES: Readonly<Record<string, readonly NeverKind[]>> = {
  'capture-socket-frames': ['send-udp', 'connect-tcp', 'egress'],
  'resolver-names': ['send-udp', 'unix-sockets'],
  'process-environment': ['read', 'ptrace'],
  'inherited-descriptors': ['send-udp', 'unix-sockets', 'read', 'write'],
};
