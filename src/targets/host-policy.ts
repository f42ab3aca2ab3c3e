import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The SELinux policy that this machine is set up to load, by its files: the kernel need not run SELinux. */
export interface HostPolicy {
  /** SELINUXTYPE of /etc/selinux/config: `targeted`, `default`. */
  readonly type: string;
  /** Where it is installed: `/etc/selinux/TYPE`. */
  readonly directory: string;
}

/** Undefined where no policy is configured, or the configured one is not there. */
export function hostPolicy(): HostPolicy | undefined {
  const type = policyType();
  if (type === undefined) return undefined;
  const directory = join('/etc/selinux', type);
  return existsSync(directory) ? { type, directory } : undefined;
}

/** As libselinux reads it: the last line counts, white space before the word and at the end of the line does not. */
function policyType(): string | undefined {
  const path = '/etc/selinux/config';
  if (!existsSync(path)) return undefined;
  const lines = [...readFileSync(path, 'utf8').matchAll(/^\s*SELINUXTYPE=(.*)$/gim)];
  const type = lines.at(-1)?.[1]?.trim();
  return type !== undefined && /^[\w.-]+$/.test(type) ? type : undefined;
}

/**
 * Shell that prints the distribution's title and the package of its policy, each below a line `@@ NAME`: what the lab asks a machine, and
 * the target `host` this one. A policy that comes from no package leaves its section empty.
 */
export const POLICY_QUESTIONS = `
# Some files of selinuxfs end without a line break.
section() { printf '\\n@@ %s\\n' "$1"; }
section distribution; . /etc/os-release; echo "$PRETTY_NAME"
section policyPackage
type=$(sed -n 's/^[[:space:]]*SELINUXTYPE=\\([[:alnum:]_.-]*\\).*/\\1/p' /etc/selinux/config | tail -n 1)
if command -v rpm >/dev/null && rpm -q "selinux-policy-$type" >/dev/null 2>&1; then rpm -q "selinux-policy-$type"
elif command -v dpkg-query >/dev/null; then dpkg-query -W "selinux-policy-$type" 2>/dev/null || true
fi
`;

/** What such shell printed, by section: the lines below each. */
export function sectionsOf(said: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    said
      .split(/^@@ /m)
      .slice(1)
      .map((part) => {
        const [name, ...lines] = part.trimEnd().split('\n');
        return [name!, lines] as const;
      }),
  );
}
