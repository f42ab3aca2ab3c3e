import type { Confinement } from '../description/index.ts';
import type { Scene } from './scene.ts';
import { useResolver } from './stage.ts';

/** What a scenario or an attack asks of the machine for its own time. */
export interface Conditions {
  readonly tunables?: Readonly<Record<string, boolean>>;
  readonly resolver?: 'systemd-resolved' | 'external';
  readonly packetLabels?: true;
}

/**
 * Sets the machine up as asked, and back afterwards. The labels are loaded before the resolver changes: they must follow it by
 * themselves, as they must on a laptop that joins another network.
 */
export async function underConditions<T, P>(
  { machine, stage, confinement, life }: Scene<P>,
  { tunables = {}, resolver = 'systemd-resolved', packetLabels }: Conditions,
  action: () => Promise<T>,
): Promise<T> {
  const elsewhere = resolver !== 'systemd-resolved';
  await life.setTunables(tunables);
  if (packetLabels) await life.labelPackets(true);
  if (elsewhere) await useResolver(machine, stage.network, resolver);
  const value = await action();
  if (elsewhere) await useResolver(machine, stage.network, 'systemd-resolved');
  if (packetLabels) await life.labelPackets(false);
  await life.setTunables(defaults(confinement, tunables));
  return value;
}

function defaults(
  confinement: Confinement,
  changed: Readonly<Record<string, boolean>>,
): Record<string, boolean> {
  return Object.fromEntries(
    Object.keys(changed).map((name) => [
      name,
      confinement.tunables.find((tunable) => tunable.name === name)?.default ?? false,
    ]),
  );
}
