import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { packageSources, rpmSpec, withRpmHooks } from '../../src/packaging/index.ts';
import { run } from '../../src/targets/index.ts';
import { askRpm, buildRpms, expandSpec } from '../support/build-package.ts';

let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'confine-suse-'));
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

function written(name: string, spec: string): string {
  const directory = join(work, name);
  mkdirSync(directory);
  for (const source of packageSources(rustnet))
    writeFileSync(join(directory, source.name), source.text);
  writeFileSync(join(directory, 'program.sh'), '#!/bin/sh\n');
  writeFileSync(join(directory, 'package.spec'), spec);
  return join(directory, 'package.spec');
}

async function scriptlets(rpm: string): Promise<Record<string, string>> {
  const tags = ['PREIN', 'POSTIN', 'PREUN', 'POSTUN', 'POSTTRANS'];
  return Object.fromEntries(
    await Promise.all(
      tags.map(async (tag) => [tag, (await askRpm(rpm, '--qf', `%{${tag}}\n`)).join('\n')]),
    ),
  );
}

describe.each([
  ['Leap 16', 1600],
  ['Tumbleweed', 1699],
] as const)('%s', (_, suse) => {
  test('builds the spec: its scriptlets are sound shell without a macro that openSUSE lacks', async () => {
    const spec = written(`own-${suse}`, rpmSpec(rustnet));
    const [rpm] = await buildRpms(spec, { suse, work });
    const scripts = await scriptlets(rpm!);
    for (const script of Object.values(scripts)) {
      await run('sh', ['-n'], { input: script });
      // What rpm has no macro for, it leaves as it is: the shell would look for a job of that name.
      expect(script).not.toMatch(/^\s*%/m);
    }
    expect(scripts.POSTUN).toContain('systemctl try-reload-or-restart rustnet-secmark.service');
    expect(scripts.PREIN).toContain('rustnet-secmark.service rustnet-secmark.path');
    expect(await askRpm(rpm!, '-l')).toContain('/etc/selinux/targeted/active/modules/200/rustnet');
  });

  test('needs the policy under the name that it has there, never selinux-policy-any', async () => {
    const spec = written(`needs-${suse}`, rpmSpec(rustnet));
    const [rpm] = await buildRpms(spec, { suse, work: join(work, `top-${suse}`) });
    const needs = await askRpm(rpm!, '--requires');
    expect(needs).toContain('selinux-policy-targeted');
    expect(needs.join()).not.toContain('selinux-policy-any');
  });

  test('gets the subpackage in a program’s own spec, beside its branches for openSUSE', async () => {
    const program = readFileSync(join(import.meta.dirname, 'rpm/program.spec'), 'utf8');
    const spec = written(`hooks-${suse}`, withRpmHooks(program, rustnet));
    const expanded = await expandSpec(spec, [`suse_version ${suse}`]);
    expect(expanded).toContain('BuildRequires:  libpcap-devel');
    expect(expanded).toContain('BuildRequires:  selinux-policy-devel');
    const rpms = await buildRpms(spec, { suse, work: join(work, `top-${suse}`) });
    const main = rpms.find((file) => /\/rustnet-1\.6/.test(file))!;
    expect(await askRpm(main, '--requires')).toContain(
      '(rustnet-selinux = 1.6.0-%autorelease if selinux-policy-targeted)',
    );
    expect(rpms.filter((file) => file.includes('/rustnet-selinux-'))).toHaveLength(1);
  });
});

test('Fedora’s package is the same as without openSUSE', async () => {
  const spec = written('fedora', rpmSpec(rustnet));
  const [rpm] = await buildRpms(spec, { fedora: 42, work });
  const { PREIN, POSTUN } = await scriptlets(rpm!);
  expect(PREIN).not.toContain('rustnet-secmark');
  expect(POSTUN).toContain('systemctl daemon-reload >/dev/null 2>&1; [ $1 -lt 1 ] ||');
  expect(POSTUN).not.toContain('-d /run/systemd/system');
});
