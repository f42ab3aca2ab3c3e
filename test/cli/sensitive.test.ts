import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runConfine } from '../support/run-confine.ts';

const root = join(import.meta.dirname, '../..');
const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** `check` of tcpdump's description, built, with a rule on shadow_t under its tunable and these acceptances. */
async function checked(accepts: string): Promise<{ code: number; data: Data; text: string }> {
  const directory = mkdtempSync(join(root, 'profiles/.sensitive-'));
  directories.push(directory);
  const source = readFileSync(join(root, 'profiles/tcpdump/confinement.ts'), 'utf8');
  const ability = `{
      name: 'more',
      title: 'More',
      blocks: [
        {
          why: 'a test',
          apparmor: [{ kind: 'nothing', why: 'a test' }],
          when: 'run_as_root',
          selinux: [
            { kind: 'allow', targets: ['shadow_t'], classes: ['file'], permissions: ['open', 'read'] },
          ],
        },
      ],
    },`;
  const changed = source
    .replace('  may: [', `  may: [\n    ${ability}`)
    .replace('  residuals: [', `  ${accepts}\n  residuals: [`);
  expect(changed.length).toBeGreaterThan(source.length + ability.length);
  writeFileSync(join(directory, 'confinement.ts'), changed);
  const built = await runConfine(['build', directory], root);
  expect({ code: built.code, err: built.err }).toMatchObject({ code: 0 });
  const argv = ['check', directory, '--target', 'debian-13,fedora'];
  const { code, out } = await runConfine([...argv, '--json'], root);
  const text = await runConfine(argv, root);
  expect(text.code).toBe(code);
  return { code, data: JSON.parse(out), text: text.out };
}

interface Data {
  readonly sensitive: readonly { id: string; accepted?: string; where: Record<string, string[]> }[];
  readonly sensitiveProblems: readonly string[];
}

const RULE = 'allow tcpdump_t shadow_t:file { open read }; [ tcpdump_run_as_root ]:True';

test('a grant without a reason fails, with its rule and boolean on each policy', async () => {
  const { code, data, text } = await checked('');
  expect(code).toBe(1);
  expect(data.sensitive).toMatchObject([
    { id: 'read-shadow', where: { 'Debian 13': [RULE], 'Fedora facts': [RULE] } },
  ]);
  expect(data.sensitive[0]).not.toHaveProperty('accepted');
  expect(data.sensitiveProblems[0]).toContain("accepts: [{ id: 'read-shadow', why: '…' }]");
  expect(text).toContain('read the password hashes (read-shadow): no reason is given');
  expect(text).toMatch(/^no: 1 fault in what no program should be granted/m);
  expect(text).not.toMatch(/^yes/m);
});

test('with a reason it passes, and the reason is told', async () => {
  const { code, data, text } = await checked(
    "accepts: [{ id: 'read-shadow', why: 'a test needs it' }, { id: 'load-policy', why: 'none' }],",
  );
  expect(data.sensitiveProblems).toEqual([]);
  expect(data.sensitive).toMatchObject([{ id: 'read-shadow', accepted: 'a test needs it' }]);
  expect(text).toContain('read the password hashes (read-shadow): a test needs it');
  expect(text).toContain('load-policy is accepted, and granted on none of these policies');
  expect(code).toBe(0);
});

test('a reason for what is none fails, with what was meant', async () => {
  const { code, data } = await checked("accepts: [{ id: 'read-shaodw', why: 'a test' }],");
  expect(code).toBe(1);
  expect(data.sensitiveProblems.join('\n')).toMatch(
    /no sensitive access `read-shaodw`: .*read-shadow/,
  );
});
