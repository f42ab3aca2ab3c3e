import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import mosquitto from '../../../docs/examples/mosquitto-tools/confinement.ts';
import { processIo } from '../../../src/cli/io.ts';
import { loadPolicySet } from '../../../src/cli/load-policy-set.ts';
import {
  type Confinement,
  confine,
  domainsOf,
  executeAnything,
  leaveTheDomain,
  leavingOut,
  runHelper,
  writeFiles,
} from '../../../src/index.ts';
import { readPolicy } from '../../../src/selinux/policydb/index.ts';
import { type PolicySet, prove } from '../../../src/selinux/prove/index.ts';
import { onFedoraFacts } from '../../support/facts-policy.ts';
import { linkedPolicy, linkedWith } from '../../support/linked-policy.ts';

async function setOf(
  target: 'debian-12' | 'debian-13',
  confinement: Confinement,
): Promise<PolicySet> {
  const { policy, fileContexts } = await linkedWith(target, confinement);
  const base = readPolicy(readFileSync((await linkedPolicy(target)).policy));
  return loadPolicySet(processIo(), { policy, fileContexts, base }, undefined);
}

function open(set: PolicySet, confinement: Confinement): string[] {
  return domainsOf(confinement).flatMap((domain) =>
    prove(set, domain).flatMap(({ id, verdict }) =>
      verdict.outcome === 'holds' ? [] : `${domain.domain} ${id} ${verdict.outcome}`,
    ),
  );
}

test.each(['debian-12', 'debian-13'] as const)(
  'every never of the broker and of its two tools holds on %s',
  async (target) => {
    const set = await setOf(target, mosquitto);
    expect(open(set, mosquitto)).toEqual([]);
    // What a tool may do that it says it never does is found.
    const [, , passwd] = domainsOf(mosquitto);
    const bare = { ...passwd!, never: [writeFiles('w', { except: [] })] };
    expect(prove(set, bare)[0]!.verdict.outcome).toBe('violated');
  },
);

test('and with what is known of Fedora’s policy', async () => {
  const { db, labels, base: _, proved } = await onFedoraFacts(mosquitto);
  expect(proved.map(({ verdict }) => verdict.outcome)).toEqual(mosquitto.never.map(() => 'holds'));
  const set = { db, fileContexts: labels };
  for (const domain of mosquitto.further!) {
    expect(
      prove(set, domain).filter(({ verdict }) => verdict.outcome === 'violated'),
      domain.domain,
    ).toEqual([]);
  }
});

test('a broker that starts one of them answers for what it does there', async () => {
  const { domain: _, executableType: __, roleAttribute: ___, ...made } = mosquitto;
  const { module: ____, further: _____, fileContexts: ______, ...said } = made;
  const passwd = { except: [{ domain: 'passwd' }] };
  const state = { except: [{ own: 'state' }, { own: 'log' }, { own: 'runtime' }] };
  const starting = confine({
    ...said,
    may: [...said.may, runHelper({ domains: ['passwd'] })],
    never: [
      executeAnything('said nowhere'),
      executeAnything('said', passwd),
      leaveTheDomain('said nowhere'),
      leaveTheDomain('said', passwd),
      writeFiles('the tool writes the configuration', state),
      leavingOut('passwd', writeFiles('the broker itself does not', state)),
    ],
  });
  const proved = prove(await setOf('debian-13', starting), starting);
  expect(proved.map(({ id, verdict }) => `${id} ${verdict.outcome}`)).toEqual([
    'execute violated',
    'execute-2 holds',
    'transition violated',
    'transition-2 holds',
    'write violated',
    'write-2 holds',
  ]);
  expect(proved[4]!.verdict.evidence).not.toBe('');
  expect(JSON.stringify(proved[4]!.verdict)).toContain('mosquitto_passwd_t');
  expect(proved[5]!.verdict.assumes.join('; ')).toContain('mosquitto_passwd_t');
});

test('the page shows lines of the example as they stand', () => {
  const read = (path: string): string =>
    readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8');
  const block = /```ts\n([\s\S]*?)```/.exec(read('domains.md'))![1]!;
  const [before, after] = block.split(/^ *…\n/m);
  const example = read('examples/mosquitto-tools/confinement.ts');
  expect(example).toContain(before);
  expect(example.slice(example.indexOf(before!))).toContain(after);
});
