import { ToolchainError } from './toolchain-error.ts';

/** semanage.conf(5), as far as a copy of a module store must know it. */
export interface SemanageConf {
  /** The directory of all stores. Undefined where the file does not say: libsemanage was built with one. */
  readonly storeRoot: string | undefined;
  /**
   * The same configuration for a copy of the store. What decides about the policy is kept to the letter: expand-check, handle-unknown,
   * policy-version, ignore-module-cache, compiler-directory, the programs that verify. What would act on the running system is not.
   */
  forCopy(storeRoot: string, setfiles: string): string;
}

/** Throws ToolchainError for a store that is not a directory of this machine. */
export function readSemanageConf(text: string): SemanageConf {
  const value = (key: string): string | undefined => {
    const lines = [...text.matchAll(new RegExp(`^\\s*${key}\\s*=\\s*([^#\\n]*)`, 'gm'))];
    return lines.at(-1)?.[1]?.trim() || undefined;
  };
  const store = value('module-store');
  const root = value('root');
  if ((store !== undefined && store !== 'direct') || (root !== undefined && root !== '/')) {
    throw new ToolchainError(
      `\`/etc/selinux/semanage.conf\` puts the module store elsewhere: ${store === undefined || store === 'direct' ? `root = ${root}` : `module-store = ${store}`}`,
      { hint: 'confine reads stores that are directories below /' },
    );
  }
  return {
    storeRoot: value('store-root'),
    forCopy: (storeRoot, setfiles) =>
      [
        ...text
          .replace(/^\s*\[(load_policy|setfiles|sefcontext_compile)\][\s\S]*?^\s*\[end\].*$/gm, '')
          .split('\n')
          .filter((line) => !/^\s*(root|store-root|module-store)\s*=/.test(line)),
        'module-store = direct',
        `store-root = ${storeRoot}`,
        '[load_policy]\npath = /bin/true\n[end]',
        `[setfiles]\npath = ${setfiles}\nargs = -q -c $@ $<\n[end]`,
        // The compiled form of file_contexts: nothing here reads it.
        '[sefcontext_compile]\npath = /bin/true\nargs = $@\n[end]',
        '',
      ].join('\n'),
  };
}
