import { globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { runConfine } from '../support/run-confine.ts';

/** A module may have underscores and capitals in its name, and a Debian package neither: dpkg-deb itself is asked. */
test.each(['plain', 'my_tool', 'MyTool'])(
  'a package that dpkg takes, of the module %s',
  async (name) => {
    const work = mkdtempSync(join(tmpdir(), 'confine-'));
    await runConfine(['init', 'my_tool', 'profile'], work);
    const file = join(work, 'profile/confinement.ts');
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replaceAll("name: 'my_tool'", `name: '${name}'`)
        .replace(
          "rollout: 'permissive'",
          "mechanisms: ['selinux', 'apparmor'], rollout: 'permissive'",
        ),
    );
    for (const mechanism of ['selinux', 'apparmor']) {
      const argv = ['package', 'deb', 'profile', '--mechanism', mechanism, '--output', mechanism];
      const { code, err } = await runConfine(
        [...argv, '--maintainer', 'A B <a@example.org>'],
        work,
      );
      expect(code, err).toBe(0);
      const debian = join(work, mechanism, 'debian');
      const [source, stanza] = readFileSync(join(debian, 'control'), 'utf8').split('\n\n');
      const own = /^Package: (.*)$/m.exec(stanza!)![1]!;
      const field = (key: string): string =>
        new RegExp(`^${key}: .*$`, 'm').exec(stanza!)?.[0] ?? '';
      const root = join(work, `${mechanism}-root`);
      mkdirSync(join(root, 'DEBIAN'), { recursive: true });
      const fields = [`Package: ${own}`, 'Version: 1', field('Architecture'), field('Enhances')];
      const said = ['Maintainer: A B <a@example.org>', 'Description: a'];
      writeFileSync(
        join(root, 'DEBIAN/control'),
        `${[...fields, ...said].filter((line) => line !== '').join('\n')}\n`,
      );
      const built = await execa('dpkg-deb', ['--build', root], { reject: false });
      expect(built.stderr).toBe('');
      expect(source).toContain(`Source: ${own}`);
      // What debhelper finds by the package's name.
      for (const path of globSync('*-{selinux,apparmor}.*', { cwd: debian })) {
        expect(path.startsWith(`${own}.`), path).toBe(true);
      }
    }
  },
);
