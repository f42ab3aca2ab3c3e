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

const TYPES = 1300;
const RULES = 20;
const CLASSES = ['file', 'dir', 'lnk_file', 'fifo_file', 'sock_file', 'process', 'tcp_socket'];
