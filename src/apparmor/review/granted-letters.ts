import type { ApparmorRequest } from '../../denials/index.ts';
import { type CompiledProfile, granted, PERM } from '../compiled/index.ts';
import { filePermissions } from '../query/index.ts';

/** What a profile grants of the file of a request, in the letters of records; to the owner or to others, as the request has it. */
export function grantedLetters(
  profile: CompiledProfile,
  { path, owner: isOwner }: Extract<ApparmorRequest, { kind: 'file' }>,
): string {
  const { owner, other } = filePermissions(profile, path);
  const [byOwner, byOther] = [granted(owner), granted(other)];
  const bits = isOwner === undefined ? byOwner & byOther : isOwner ? byOwner : byOther;
  return BITS.filter(([, bit]) => (bits & bit) !== 0)
    .map(([letter]) => letter)
    .join('');
}

/** A link's bit is of a pair, and says nothing of one name. */
const BITS: readonly (readonly [string, number])[] = [
  ['r', PERM.read],
  ['w', PERM.write],
  ['a', PERM.append],
  ['k', PERM.lock],
  ['m', PERM.mmapExec],
  ['x', PERM.exec],
];
