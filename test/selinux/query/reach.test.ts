import { expect, test } from 'vitest';
import { reach, SENSITIVE } from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFileFromCil, policyFromCil } from '../../support/policy.ts';
import { runCli } from '../../support/run-cli.ts';

/** A domain that becomes another by executing its program. */
function becomes(from: string, to: string): string {
  return `(allow ${from} ${to} (process (transition))) (allow ${from} ${to}_exec (file (execute)))
    (typetransition ${from} ${to}_exec process ${to})`;
}

function domain(name: string): string {
  return `(type ${name}) (roletype r ${name}) (type ${name}_exec) (roletype r ${name}_exec)
    (allow ${name} ${name}_exec (file (entrypoint)))`;
}

const POLICY = `${CIL_PRELUDE}
${['web_t', 'helper_t', 'mail_t', 'far_t', 'all_t', 'beyond_t', 'decoy_t', 'switched_t'].map(domain).join('\n')}
(type shadow_t) (roletype r shadow_t)
(type fixed_disk_device_t) (roletype r fixed_disk_device_t)
(typeattribute files_unconfined_type) (typeattributeset files_unconfined_type (all_t))
(allow files_unconfined_type shadow_t (file (getattr)))
(boolean x false)
${becomes('web_t', 'helper_t')}
${becomes('helper_t', 'mail_t')}
${becomes('web_t', 'mail_t')}
${becomes('mail_t', 'far_t')}
${becomes('far_t', 'all_t')}
${becomes('all_t', 'beyond_t')}
(allow web_t decoy_t (process (transition)))
(booleanif x (true (allow web_t switched_t (process (transition)))))
(allow web_t switched_t_exec (file (execute)))
(typetransition web_t switched_t_exec process switched_t)
(allow mail_t shadow_t (file (read open)))
(allow far_t shadow_t (file (read open)))
(allow web_t shadow_t (file (write)))
(allow switched_t shadow_t (file (write open)))
(booleanif x (true (allow mail_t fixed_disk_device_t (blk_file (read open)))))
`;

const db = await policyFromCil(POLICY);

test('domains by the fewest transitions, each once, and what the nearest of them may do', () => {
  const { domains, sensitive, loose } = reach(db, 'web_t');
  expect(loose).toBe(undefined);
  expect(domains.map(({ name, path, loose: of }) => [name, path.join(' '), of])).toEqual([
    ['helper_t', 'helper_t', undefined],
    ['mail_t', 'mail_t', undefined],
    ['far_t', 'mail_t far_t', undefined],
    // From it nothing further: beyond_t is not asked.
    ['all_t', 'mail_t far_t all_t', 'unconfined'],
  ]);
  expect(sensitive.map(({ id, path }) => [id, path.join(' ')])).toEqual([
    ['read-shadow', 'mail_t'],
  ]);
});

test('with a boolean on', () => {
  const { domains, sensitive } = reach(db, 'web_t', { x: true });
  expect(domains.map(({ name }) => name)).toContain('switched_t');
  expect(sensitive.map(({ id }) => id)).toEqual(['read-shadow', 'write-shadow', 'read-disks']);
});

test('the command: exit code 1 while there is something, 0 where nothing is', async () => {
  const policy = await policyFileFromCil(POLICY);
  const { code, out } = await runCli(['query', 'reach', 'web_t', '--policy', policy, '--rules']);
  expect(code).toBe(1);
  expect(out).toContain('allow mail_t shadow_t:file { open read };');
  expect(out).toMatch(/web_t can become 4 other domains, 1 of them unconfined or permissive/);
  const decoy = await runCli(['query', 'reach', 'decoy_t', '--policy', policy]);
  expect(decoy.code).toBe(0);
  expect(decoy.out).toContain('decoy_t can become no other domain');
});

test('what cannot be decided is said, and is no no: the nearest that has it for certain is named first', async () => {
  // No level that is tried passes, and none can be ruled out.
  const undecided = '(mlsconstrain (file (read)) (and (dom h1 h2) (incomp l2 h2)))';
  const text = `${POLICY}${undecided}`;
  const found = reach(await policyFromCil(text), 'web_t').sensitive;
  expect(found).toEqual([
    expect.objectContaining({ id: 'read-shadow', path: ['mail_t'], unknown: expect.any(String) }),
  ]);
  expect(found[0]!.rules).toHaveLength(2);
  const file = await policyFileFromCil(text);
  const { code, out } = await runCli(['query', 'reach', 'mail_t', '--policy', file]);
  // It can become all_t, which is unconfined: that alone is a no.
  expect(code).toBe(1);
  expect(out).toMatch(/read the password hashes +itself +not known: /);
  expect(out).toContain('has nothing of what hands over the machine; of 1 it cannot be said.');
  // One that has it for certain stands for it, however far.
  const certain = `${text}(allow decoy_t shadow_t (file (read open)))
    (allow decoy_t shadow_t (file (write)))${becomes('decoy_t', 'switched_t')}`;
  const db = await policyFromCil(certain);
  expect(reach(db, 'decoy_t').sensitive.map(({ id, unknown }) => [id, typeof unknown])).toEqual([
    ['read-shadow', 'string'],
    ['write-shadow', 'undefined'],
  ]);
  const only = await policyFileFromCil(`${text}(allow decoy_t shadow_t (file (read open)))`);
  expect((await runCli(['query', 'reach', 'decoy_t', '--policy', only])).code).toBe(4);
});

test('a permission that the policy does not know, and a kernel grants all the same, is said', async () => {
  const text = POLICY.replace(' sys_module', '');
  expect(text).not.toBe(POLICY);
  const of = async (handleUnknown: 'allow' | 'deny'): Promise<unknown> =>
    reach(await policyFromCil(text, { handleUnknown }), 'decoy_t').sensitive;
  expect(await of('allow')).toEqual([
    expect.objectContaining({
      id: 'load-module',
      unknown: expect.stringContaining('a kernel that asks for it grants it'),
    }),
  ]);
  expect(await of('deny')).toEqual([]);
});

test('the ids of what is sensitive are names, each once', () => {
  const ids = SENSITIVE.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
