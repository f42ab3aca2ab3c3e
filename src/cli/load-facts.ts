import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FACT_LISTS,
  type InterfaceList,
  type LabelledProgram,
  type PolicyFacts,
  parseFacts,
  parseInterfaceTable,
  parseProgramTable,
} from '../selinux/facts/index.ts';

/** Fedora's facts from data/fedora, read once. */
export function fedoraFacts(): PolicyFacts {
  known ??= parseFacts(
    FEDORA_DATE,
    Object.fromEntries(
      Object.entries(FACT_LISTS).map(([list, file]) => [
        list,
        readFileSync(join(import.meta.dirname, '../../data/fedora', file), 'utf8'),
      ]),
    ) as Record<keyof typeof FACT_LISTS, string>,
  );
  return known;
}

let known: PolicyFacts | undefined;

/** SHA-256 of the lists: of those that say what interfaces there are and what they grant, and of all others. */
export function factsDigests(): { readonly headers: string; readonly policy: string } {
  const digest = (wanted: (list: string) => boolean): string => {
    const hash = createHash('sha256');
    for (const [list, file] of Object.entries(FACT_LISTS)) {
      if (wanted(list)) {
        hash.update(readFileSync(join(import.meta.dirname, '../../data/fedora', file)));
      }
    }
    return hash.digest('hex');
  };
  const ofHeaders = new Set(['interfaces', 'patterns', 'given', 'givenSeveral', 'givenMore']);
  return {
    headers: digest((list) => ofHeaders.has(list)),
    policy: digest((list) => !ofHeaders.has(list)),
  };
}

/** The interfaces of Debian's releases by target, for machines that cannot fetch their headers. */
export function debianInterfaces(): ReadonlyMap<string, InterfaceList> {
  const file = join(import.meta.dirname, '../../data/debian/interfaces.tsv');
  return parseInterfaceTable(readFileSync(file, 'utf8'));
}

/** The programs that the policies of Debian's releases label, by target and path. */
export function debianPrograms(): ReadonlyMap<string, ReadonlyMap<string, LabelledProgram>> {
  programs ??= parseProgramTable(
    readFileSync(join(import.meta.dirname, '../../data/debian/programs.tsv'), 'utf8'),
  );
  return programs;
}

let programs: ReturnType<typeof debianPrograms> | undefined;

/** The day of the policy source that data/fedora was taken from. */
const FEDORA_DATE = '2024-10-24';
