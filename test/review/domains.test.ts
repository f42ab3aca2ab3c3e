import { expect, test } from 'vitest';
import { type DenialTally, eventsIn, readDenials, Tallies } from '../../src/denials/index.ts';
import {
  executeAnything,
  injectKeystrokes,
  leavingOut,
  type Never,
} from '../../src/description/index.ts';
import { review } from '../../src/review/index.ts';
import { prove } from '../../src/selinux/prove/index.ts';
import { ANYWHERE, describe, PRELUDE } from '../selinux/prove/subject-policy.ts';
import { policyFromCil } from '../support/policy.ts';

/** What review says that a request would break is what prove says of the policy that has it: of each domain alone too, and without those that a never leaves out. */

const TYPES = `
(type demo_t) (type demo_exec_t) (type demo_log_t) (type demo_aid_t) (type demo_aid_exec_t) (type tty_t) (type port_t)
(allow demo_t demo_aid_t (process (transition))) (allow demo_t demo_aid_exec_t (file (execute)))`;

function requests(...wanted: readonly string[]): readonly DenialTally[] {
  const tallies = new Tallies();
  const log = wanted.map((access, i) => {
    const [target, tclass, permissions] = access.split(' ');
    return `type=AVC msg=audit(1.000:${i}): avc:  denied  { ${permissions!.replaceAll(',', ' ')} } for  pid=7 scontext=u:r:demo_t:s0 tcontext=u:object_r:${target}:s0 tclass=${tclass} permissive=0`;
  });
  for (const event of eventsIn(log.join('\n'))) {
    for (const denial of readDenials(event)) tallies.add(denial);
  }
  return tallies.all();
}

async function both(never: Never, cil: string, access: string): Promise<[string, string, string]> {
  const aid = {
    ...{ name: 'aid', title: 'a helper', executables: ['/usr/bin/aid'], never: [] },
    may: [{ name: 'run', title: 'Run', blocks: [], entries: [{ from: 'service' }] }],
  };
  const description = describe('demo', [never], { domains: [aid] as never });
  const setOf = async (text: string) => {
    const db = await policyFromCil(`${PRELUDE}${TYPES}${text}`);
    return { db, base: db, fileContexts: ANYWHERE };
  };
  const set = await setOf(cil);
  const [target, tclass, permissions] = access.split(' ');
  const granted = `(allow demo_t ${target} (${tclass} (${permissions!.replaceAll(',', ' ')})))`;
  const after = prove(await setOf(`${cil}${granted}`), description)[0]!.verdict.outcome;
  // With another request beside it, and alone: they are asked in different ways.
  const [alone] = review(set, description, requests(access));
  const [beside] = review(set, description, requests(access, 'demo_log_t file getattr'));
  return [after, alone!.meaning.kind, beside!.meaning.kind];
}

const HELD =
  '(allow demo_aid_t tty_t (chr_file (ioctl open))) (allowx demo_aid_t tty_t (ioctl chr_file (0x5401)))';
test.each([
  [
    'commands that a sibling is held to',
    injectKeystrokes('w'),
    HELD,
    'tty_t chr_file ioctl,open',
    'violated',
    'forbidden',
  ],
  [
    'a sibling that a never leaves out',
    leavingOut('aid', executeAnything('w', { except: [{ domain: 'aid' }] })),
    '',
    'demo_aid_exec_t file write,open',
    'holds',
    'open',
  ],
] as const)('%s', async (_, never, cil, access, outcome, kind) => {
  expect(await both(never, cil, access)).toEqual([outcome, kind, kind]);
});
