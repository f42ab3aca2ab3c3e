import { readFileSync } from 'node:fs';

/** What this system says of itself in os-release(5). Empty where it says nothing. */
export interface OsRelease {
  /** As a person calls it, without the name of the edition: `Fedora Linux 42`. */
  readonly title: string;
  /** Its own id, then those of what it derives from: `rocky`, `rhel`, `centos`, `fedora`. */
  readonly ids: readonly string[];
}

export function osRelease(): OsRelease {
  const text = ['/etc/os-release', '/usr/lib/os-release'].map(textOf).find((t) => t !== '') ?? '';
  const value = (key: string): string =>
    new RegExp(`^${key}=["']?(.*?)["']?\\s*$`, 'm').exec(text)?.[1] ?? '';
  return {
    title: value('PRETTY_NAME').replace(/\s*\(.*\)$/, ''),
    ids: `${value('ID')} ${value('ID_LIKE')}`.split(/\s+/).filter(Boolean),
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
