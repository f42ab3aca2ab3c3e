import { PolicyFormatError, readPolicy } from '../../src/selinux/policydb/index.ts';
import { assertValid } from '../support/valid-policy.ts';

/** Reads bytes that may be anything: `refused` with a place in the file, or `read` and valid. Everything else is thrown. */
export function attempt(bytes: Uint8Array): 'refused' | 'read' {
  let db: ReturnType<typeof readPolicy>;
  try {
    db = readPolicy(bytes);
  } catch (error) {
    if (!(error instanceof PolicyFormatError)) throw error;
    if (error.section === '' || error.offset < 0 || error.offset > bytes.length) {
      throw new Error(`a refusal without a place: ${error.message}`);
    }
    return 'refused';
  }
  assertValid(db);
  return 'read';
}
