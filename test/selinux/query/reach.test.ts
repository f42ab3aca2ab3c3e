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

test('the ids of what is sensitive are names, each once', () => {
  const ids = SENSITIVE.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
