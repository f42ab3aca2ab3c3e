import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolloutEvidence, shipsPermissive } from '../description/index.ts';
import type { Io } from './io.ts';
import type { Profile } from './load-profile.ts';
import { UsageError } from './verb.ts';

/**
 * Holds an enforcing rollout to its evidence: the file must be there and have the checksum that the description names. Warns of a rollout
 * that says it has none.
 */
export function verifyRollout(profile: Profile, io: Io): void {
  const { confinement } = profile;
  if (shipsPermissive(confinement)) return;
  const named = rolloutEvidence(confinement);
  if (named === undefined) {
    io.err(
      `${io.errStyle.warn('rollout:')} ${confinement.domain} ships enforcing without evidence of an enforcing run\n`,
    );
    return;
  }
  const path = join(profile.directory, named.evidence);
  const shown = `${profile.shown}/${named.evidence}`;
  const hint =
    'run `confine lab` with the domain enforcing, and write the checksum of its report into the description';
  if (!existsSync(path)) {
    throw new UsageError(`rollout.enforcing.evidence: there is no file \`${shown}\``, hint);
  }
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (sha256 !== named.sha256) {
    throw new UsageError(
      `rollout.enforcing.sha256: \`${shown}\` has the checksum ${sha256}, not ${named.sha256}`,
      hint,
    );
  }
}
