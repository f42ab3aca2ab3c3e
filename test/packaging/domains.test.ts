import { expect, test } from 'vitest';
import mosquitto from '../../docs/examples/mosquitto-tools/confinement.ts';
import { profileFiles } from '../../src/packaging/index.ts';

const ENTRIES = ['mosquitto', 'mosquitto_ctrl', 'mosquitto_passwd'].map(
  (name) => `permissive_${name}_t`,
);
const files = profileFiles(mosquitto);

function textOf(end: RegExp): string {
  return files.find(({ path }) => end.test(path))!.text;
}

test('each domain has an entry of its own, and each package carries and removes every one', () => {
  for (const entry of ENTRIES) {
    expect(
      files.some(({ path }) => path.endsWith(`/${entry}.cil`)),
      entry,
    ).toBe(true);
    const spec = textOf(/\.spec$/);
    expect(spec).toContain(`-i %{_datadir}/selinux/packages/targeted/${entry}.cil`);
    expect(spec).toContain(`-r ${entry} `);
  }
  for (const script of [/\.postinst$/, /\.prerm$/]) {
    expect(textOf(script)).toContain(`permissive="${ENTRIES.join(' ')}"`);
    expect(textOf(script)).toContain('for entry in $permissive; do');
  }
});

test('the manual page names every domain, its programs and what it cannot refuse', () => {
  const page = textOf(/_selinux\.8$/);
  for (const said of ['mosquitto_ctrl_t', '/usr/bin/mosquitto_passwd', 'broker on another machine'])
    expect(page).toContain(said);
});
