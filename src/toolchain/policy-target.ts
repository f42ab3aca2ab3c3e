import type { Compilers } from './distribution.ts';
import { distribution } from './distribution.ts';
import { findProgram } from './find-program.ts';
import { HOST } from './host.ts';
import type { InstalledModule } from './host-store.ts';
import { basePolicy, type LinkedPolicy, linkModules, type ModuleFile } from './policy-store.ts';
import { TARGETS, type Target, type TargetId } from './target.ts';
import { ToolchainError } from './toolchain-error.ts';

/** A policy that a module can be compiled for and linked into, if this machine can have it. */
export interface PolicyTarget {
  readonly id: TargetId | 'host';
  readonly title: string;
  /** Why this machine cannot have it, with what to do; undefined where it can. Looks at files only, and fetches nothing. */
  obstacle(): ToolchainError | undefined;
  /** Brings compilers and headers. Throws ToolchainError. */
  open(): Promise<OpenTarget>;
}

export interface OpenTarget {
  readonly id: PolicyTarget['id'];
  /** As a person calls it. */
  readonly title: string;
  /** The policy's own name for its release, for reports. */
  readonly policy: string;
  /** The packages, with their versions, that the policy and its headers come from; for records. */
  readonly packages: { readonly policy: string; readonly headers: string };
  readonly compilers: Compilers;
  /** The policy's name below /etc/selinux. */
  readonly flavour: string;
  /** The distribution's policy without these modules, which may be installed on a machine. */
  base(without: readonly string[]): Promise<LinkedPolicy>;
  /** The policy without these modules and with those files. */
  link(without: readonly string[], modules: readonly ModuleFile[]): Promise<LinkedPolicy>;
  /** Which of these modules the policy that is there has. */
  installed(modules: readonly string[]): readonly InstalledModule[];
}

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
        link: async (_, modules) => linkModules(dist, await basePolicy(dist), modules),
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
