import { POLICY_QUESTIONS, sectionsOf } from '../targets/index.ts';
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
    `${POLICY_QUESTIONS}
section kernel; uname -sr
section policyVersion; cat /sys/fs/selinux/policyvers
section capabilities; for f in /sys/fs/selinux/policy_capabilities/*; do echo "$(basename $f)=$(cat $f)"; done
section booleans; getsebool -a
section permissiveDomains; semanage permissive -l 2>/dev/null | grep '_t$' || true
section sestatus; sestatus`,
  );
  const sections = sectionsOf(said);
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
