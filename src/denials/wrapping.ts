/** A line that holds JSON behind a prefix, as where syslog, Ansible or a container's runtime wrote it: both parts. */
export function behindPrefix(
  line: string,
): { readonly prefix: string; readonly json: string } | undefined {
  const at = line.indexOf('{"');
  if (at <= 0 || at > LONGEST_PREFIX) return undefined;
  const end = line.lastIndexOf('}');
  return end < at ? undefined : { prefix: line.slice(0, at), json: line.slice(at, end + 1) };
}

/** What syslog and others put before it is shorter. */
const LONGEST_PREFIX = 512;

/**
 * A record inside of another text, whose quotes are escaped as in JSON, doubled as in CSV, or written as in HTML: with its own quotes. The
 * kernel's records never hold these: a text with a quote in it is written in hexadecimal.
 */
export function withOwnQuotes(line: string): string {
  if (line.includes('\\"') && /=\\+"/.test(line)) return line.replace(/\\+"/g, '"');
  if (line.includes('=""') && /(?:^|,)"/.test(line)) return line.replace(/""/g, '"');
  if (line.includes('=&')) return line.replace(/&(?:quot|#34|#x22);/g, '"');
  return line;
}
