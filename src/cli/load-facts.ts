import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FACT_LISTS,
  type InterfaceList,
  type PolicyFacts,
  parseFacts,
  parseInterfaceTable,
} from '../facts/index.ts';

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

/** The interfaces of Debian's releases by target, for machines that cannot fetch their headers. */
export function debianInterfaces(): ReadonlyMap<string, InterfaceList> {
  const file = join(import.meta.dirname, '../../data/debian/interfaces.tsv');
  return parseInterfaceTable(readFileSync(file, 'utf8'));
}

/** The day of the policy source that data/fedora was taken from. */
const FEDORA_DATE = '2024-10-24';
