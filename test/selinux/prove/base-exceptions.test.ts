import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import pdftotext from '../../../profiles/pdftotext/confinement.ts';
import { processIo } from '../../../src/cli/io.ts';
import { loadPolicySet } from '../../../src/cli/load-policy-set.ts';
import type { Confinement } from '../../../src/description/index.ts';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import { type PolicySet, prove, type Verdict } from '../../../src/selinux/prove/index.ts';
import { formatRule } from '../../../src/selinux/query/index.ts';
import { onFedoraFacts } from '../../support/facts-policy.ts';
import { linkedPolicy, linkedWith } from '../../support/linked-policy.ts';

/** What pdftotext excepts of Fedora's base, as modules of others would grant it on Debian: by the same rules, or to the domain alone. */
const OPENED = {
  'to every application': `(allow application_domain_type user_home_t (file (append getattr)))
(allow application_domain_type user_tmp_t (file (map write)))`,
  'to the domain': `(allow pdftotext_t user_home_t (file (append)))
(allow pdftotext_t user_tmp_t (file (write)))`,
};

describe.each(['debian-12', 'debian-13'] as const)('%s', (target) => {
  let alone: PolicySet;
  beforeAll(async () => {
    alone = await setOf(target);
  });

  test('nothing of it is excepted, and the never holds without it', () => {
    const verdict = writeOf(alone, pdftotext);
    expect([verdict.outcome, verdict.notes.join('\n')]).toEqual([
      'holds',
      expect.not.stringMatching(/user_(home|tmp)_t:file .*excepted/),
    ]);
    expect(writeOf(alone, withoutFedora).outcome).toBe('holds');
  });

  test.each(Object.entries(OPENED))('a module that grants it %s is seen', async (_, rules) => {
    const set = await setOf(target, rules);
    const ways = waysOf(writeOf(set, pdftotext));
    for (const type of ['user_home_t', 'user_tmp_t']) {
      expect(ways).toMatch(new RegExp(`${type}:file .*(append|write)`));
    }
    // An exception for whoever grants it would not have seen what is in home directories.
    expect(waysOf(writeOf(set, ofAnybody))).not.toMatch(/user_home_t:file .*append/);
  });
});

describe('what is known of Fedora', () => {
  test('it is excepted as its base grants it, and without the exception violated', async () => {
    const { set } = await onFedoraFacts(pdftotext);
    expect(writeOf(set, pdftotext).outcome).toBe('holds');
    expect(writeOf(set, withoutFedora).outcome).toBe('violated');
    // Without Fedora's own policy nobody can tell whose rules these are.
    expect(writeOf({ ...set, base: undefined }, pdftotext).outcome).toBe('undecided');
    // Under another tunable it is excepted while that one is on alone.
    expect(writeOf(set, otherTunable).outcome).toBe('holds-as-set');
  });
});

/** As if the exceptions of Fedora's base had not been written. */
const withoutFedora = changed((except) => except.filter(({ only }) => only === undefined));
const ofAnybody = changed((except) => except.map(({ only: _, ...one }) => one));
const otherTunable = changed((except) =>
  except.map((one) => (one.only === undefined ? one : { ...one, when: 'write_documents' })),
);

type Exceptions = Extract<Confinement['never'][number], { kind: 'write' }>['except'];

function changed(change: (except: Exceptions) => Exceptions): Confinement {
  const never = pdftotext.never.map((one) =>
    one.kind === 'write' ? { ...one, except: change(one.except) } : one,
  );
  return { ...pdftotext, never };
}

async function setOf(target: 'debian-12' | 'debian-13', beside?: string): Promise<PolicySet> {
  const { policy, fileContexts } = await linkedWith(target, pdftotext, beside);
  const base = readPolicy(readFileSync((await linkedPolicy(target)).policy));
  return loadPolicySet(processIo(), { policy, fileContexts, base }, undefined);
}

function writeOf(set: PolicySet, confinement: Confinement): Verdict {
  return prove(set, confinement).find(({ id }) => id === 'write')!.verdict;
}

/** The rules of all ways that are open; none where the never is not violated. */
function waysOf(verdict: Verdict): string {
  if (verdict.outcome !== 'violated') return '';
  return verdict.witnesses.flatMap(({ rules }) => rules.map((rule) => formatRule(rule))).join('\n');
}
