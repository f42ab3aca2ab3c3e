/**
 * Where SELinux refused or lost something and says so in the kernel's log by a sentence of its own, without an audit record
 * (security/selinux/hooks.c, ss/services.c, ss/sidtab.c; the ones without `SELinux:` are of kernels before 3.17). docs/logs.md says which of
 * the kernel's other sentences mean nothing to a description. RE2 knows these expressions too.
 */
export const SENTENCE_PATTERNS: readonly string[] = [
  String.raw`\bSELinux: +Context \S+ (?:is not valid|became invalid)`,
  String.raw`\bSELinux: +inode=\d+ on dev=\S+ was found to have an invalid context=`,
  String.raw`\bSELinux: +unrecognized netlink message\b`,
  String.raw`\bSELinux: +security_context_\w+ ?\(\S+\) failed\b`,
  String.raw`\bSELinux: +\w+: +unrecognized (?:SID|class)\b`,
  String.raw`\bsecurity_(?:compute_sid|sid_mls_copy): +invalid context `,
  String.raw`\bsecurity_(?:validate|bounded)_transition: +denied for `,
];

const SENTENCE = new RegExp(SENTENCE_PATTERNS.join('|'));

/** Where such a sentence begins in a line that is no record; -1 for any other line. */
export function sentenceAt(line: string): number {
  return line.includes('SELinux:') || line.includes('security_') ? line.search(SENTENCE) : -1;
}
