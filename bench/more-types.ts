/**
 * A module that makes a policy as large as Fedora's, which cannot be had everywhere: 1,300 more types, files and domains, and 26,000 more
 * rules, a quarter of them about a domain that is asked about. Debian 13's then has some 5,600 types and attributes and 118,000 rules.
 */
export function moreTypes(domain: string): string {
  const lines: string[] = [];
  for (let i = 0; i < TYPES; i++) {
    const kind = i % 4 === 0 ? 'domain' : 'file_type';
    lines.push(`(type more${i}_t) (roletype object_r more${i}_t)`);
    lines.push(`(typeattributeset ${kind} (more${i}_t))`);
    for (let rule = 0; rule < RULES; rule++) {
      const target = `more${(i * 31 + rule * 97) % TYPES}_t`;
      const source = rule % 4 === 0 ? domain : `more${i}_t`;
      lines.push(`(allow ${source} ${target} (${CLASSES[(i + rule) % CLASSES.length]} (getattr)))`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * What one release adds to that policy, and the next one adds in its place: an attribute of another name, with more types in it, and rules on every
 * file. Expanded, three million rules differ.
 */
export function release(which: 'before' | 'after'): string {
  const [from, to] = which === 'after' ? [0, 1200] : [600, 900];
  const types: string[] = [];
  for (let i = from; i < to; i += 4) types.push(`more${i}_t`);
  const name = `readers_${which}`;
  return `(typeattribute ${name})
(typeattributeset ${name} (${types.join(' ')}))
(allow ${name} file_type (file (getattr read ${which === 'after' ? 'map' : 'lock'})))
(allow ${name} file_type (lnk_file (getattr read)))
${
  which === 'after'
    ? `(boolean watches false)
(booleanif watches (true (allow ${name} file_type (dir (watch)))))`
    : `(dontaudit ${name} file_type (dir (search)))`
}
`;
}

const TYPES = 1300;
const RULES = 20;
const CLASSES = ['file', 'dir', 'lnk_file', 'fifo_file', 'sock_file', 'process', 'tcp_socket'];
