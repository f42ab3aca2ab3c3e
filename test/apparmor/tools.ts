import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ApparmorArtefact } from '../../src/apparmor/profile/index.ts';
import { cached, digest, run, unpackPackages } from '../../src/targets/index.ts';

/** Releases whose tools (aa-enforce and the others, in Python) are run: AppArmor 4.1 and 5.0. */
export const TOOL_SUITES = ['trixie', 'sid'] as const;

const PACKAGES = ['apparmor', 'apparmor-utils', 'python3'];

/** A release's tools on a copy of its /etc/apparmor.d with our files in it, and nothing of this machine. */
export async function apparmorTools(
  suite: (typeof TOOL_SUITES)[number],
  work: string,
  files: readonly ApparmorArtefact[],
): Promise<{ base: string; tool(name: string, ...args: string[]): Promise<string> }> {
  const directory = await cached(`apparmor/tools-${suite}-${digest(...PACKAGES)}`, (partial) =>
    unpackPackages({ suite }, PACKAGES, partial, { dependencies: true }),
  );
  const root = join(directory, 'root');
  const base = join(work, suite);
  const config = join(work, `${suite}.config`);
  cpSync(join(root, 'etc/apparmor.d'), base, { recursive: true });
  cpSync(join(root, 'etc/apparmor'), config, { recursive: true });
  const settings = join(config, 'logprof.conf');
  writeFileSync(
    settings,
    readFileSync(settings, 'utf8').replace(
      /^ *parser = .*$/m,
      `  parser = ${join(root, 'usr/sbin/apparmor_parser')}`,
    ),
  );
  for (const { path, text } of files) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  const [python] = globSync('usr/bin/python3.[0-9]*[0-9]', { cwd: root });
  const library = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((one) =>
    join(root, one),
  );
  return {
    base,
    tool: async (name, ...args) => {
      const { stdout, stderr } = await run(
        join(root, 'usr/lib64/ld-linux-x86-64.so.2'),
        [
          ...['--library-path', library.join(':'), join(root, python!)],
          ...[join(root, 'usr/sbin', name), '--configdir', config, '-d', base, '--no-reload'],
          ...args,
        ],
        {
          env: {
            PYTHONHOME: join(root, 'usr'),
            PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
          },
        },
      );
      return `${stdout}${stderr}`.trim();
    },
  };
}
