import type { Machine } from './machine/machine.ts';
import type { MachineFacts } from './result.ts';
import { prepare } from './stage.ts';

/** What kind of machine this is, in its own words. */
export async function machineFacts(
  machine: Machine,
  programVersion: string,
  bootSeconds: number | undefined,
): Promise<MachineFacts> {
  const said = await prepare(
    machine,
    'describe the machine',
    `
# Some files of selinuxfs end without a line break.
section() { printf '\\n@@ %s\\n' "$1"; }
section distribution; . /etc/os-release; echo "$PRETTY_NAME"
section kernel; uname -sr
section policyPackage
if command -v rpm >/dev/null && rpm -q selinux-policy-targeted >/dev/null 2>&1; then rpm -q selinux-policy-targeted
else dpkg-query -W selinux-policy-default; fi
section policyVersion; cat /sys/fs/selinux/policyvers
section capabilities; for f in /sys/fs/selinux/policy_capabilities/*; do echo "$(basename $f)=$(cat $f)"; done
section booleans; getsebool -a
section permissiveDomains; semanage permissive -l 2>/dev/null | grep '_t$' || true
section sestatus; sestatus`,
  );
  const sections = new Map(
    said
      .split(/^@@ /m)
      .slice(1)
      .map((part) => {
        const [name, ...lines] = part.trimEnd().split('\n');
        return [name!, lines] as const;
      }),
  );
  const text = (name: string): string => (sections.get(name) ?? []).join('\n').trim();
  return {
    name: machine.name,
    distribution: text('distribution'),
    kernel: text('kernel'),
    policy: /Loaded policy name:\s*(\S+)/.exec(text('sestatus'))?.[1] ?? '',
    policyVersion: text('policyVersion'),
    policyPackage: text('policyPackage').replace(/\t/g, ' '),
    capabilities: sections.get('capabilities') ?? [],
    booleans: sections.get('booleans') ?? [],
    permissiveDomains: (sections.get('permissiveDomains') ?? []).map((line) => line.trim()),
    sestatus: text('sestatus'),
    programVersion,
    bootSeconds,
  };
}
