import { distribution } from './distribution.ts';
import { findProgram } from './find-program.ts';
import { HOST } from './host.ts';
import { basePolicy, linkModules } from './policy-store.ts';
import type { PolicyTarget } from './policy-target.ts';
import { TARGETS, type Target } from './target.ts';
import { ToolchainError } from './toolchain-error.ts';

/** Everything that `--target` can name, in the order in which results stand beside each other. */
export const POLICY_TARGETS: readonly PolicyTarget[] = [...TARGETS.map(debian), HOST];

function debian(target: Target): PolicyTarget {
  return {
    id: target.id,
    title: target.title,
    obstacle() {
      const missing = ['apt-get', 'dpkg-deb'].filter((tool) => findProgram(tool) === undefined);
      return missing.length === 0
        ? undefined
        : new ToolchainError(
            `the compilers and the policy of ${target.title} are fetched with apt, and this machine has no ${missing.join(' and no ')}`,
            { hint: 'check it on a Debian machine or a relative of it' },
          );
    },
    async open() {
      const dist = await distribution(target.id);
      return {
        id: target.id,
        title: target.title,
        policy: target.policy,
        packages: {
          policy: packageIn(dist.packages, 'selinux-policy-default'),
          headers: packageIn(dist.packages, 'selinux-policy-dev'),
        },
        compilers: dist,
        flavour: 'default',
        base: () => basePolicy(dist),
        link: async (_, modules, equivalences) =>
          linkModules(dist, await basePolicy(dist), modules, equivalences),
        installed: () => [],
      };
    },
  };
}

/** `NAME_VERSION_ARCHITECTURE.deb` -> `NAME VERSION`. */
function packageIn(files: readonly string[], name: string): string {
  const file = files.find((each) => each.startsWith(`${name}_`));
  return `${name} ${file?.split('_')[1] ?? 'of no known version'}`;
}
