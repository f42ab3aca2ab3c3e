import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, digest, targetOf, unpackPackages } from '../../src/targets/index.ts';

/** Programs of Debian 12 with all that they need, unpacked beside the system. */
export interface Unpacked {
  readonly root: string;
  /** What lets a program there find its libraries and its fonts. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Fetches packages of Debian 12 and everything that they depend on, once, into the cache. They run on the machine's own C library, which
 * is that release's or a newer one: a program that starts itself again, as a browser does, cannot be run through another loader.
 */
export async function unpacked(name: string, packages: readonly string[]): Promise<Unpacked> {
  const directory = await cached(
    `debian-12/${name}-${digest(RECIPE, ...packages)}`,
    async (work) => {
      await unpackPackages(targetOf('debian-12'), packages, work, { dependencies: true });
      for (const library of globSync(C_LIBRARY, { cwd: join(work, 'root') })) {
        rmSync(join(work, 'root', library));
      }
    },
  );
  const root = join(directory, 'root');
  return {
    root,
    env: {
      LD_LIBRARY_PATH: globSync('{usr/,}lib/*-linux-gnu{,/blas,/lapack,/pulseaudio}', { cwd: root })
        .map((path) => join(root, path))
        .sort()
        .join(':'),
      FONTCONFIG_FILE: fontSettings(root, directory),
    },
  };
}

/** Changes when the way it is done changes. */
const RECIPE = 'unpacked-1';

/** What the package libc6 has, by the names of its libraries: the machine's own loader wants its own. */
const C_LIBRARY =
  '{usr/,}lib{64,}/{*-linux-gnu/,}{ld-linux*,libBrokenLocale,libanl,libc,libc_malloc_debug,libdl,libm,libmemusage,libmvec,libnsl,libnss_{compat,dns,files,hesiod},libpcprofile,libpthread,libresolv,librt,libthread_db,libutil}.so*';

/** The fonts that were fetched and no other, so that a page looks the same on every machine. Written where the directory's name is final. */
function fontSettings(root: string, directory: string): string {
  const file = join(directory, 'fonts.conf');
  mkdirSync(join(directory, 'font-cache'), { recursive: true });
  writeFileSync(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>${join(root, 'usr/share/fonts')}</dir>
<cachedir>${join(directory, 'font-cache')}</cachedir>
<alias><family>system-ui</family><prefer><family>DejaVu Sans</family></prefer></alias>
<alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`,
  );
  return file;
}
