import { Cursor } from './cursor.ts';
import { PolicyFormatError } from './format-error.ts';

/** A module as it is installed (`.pp`, made by semodule_package), as far as it says what it is. Its rules are read once it is linked. */
export interface ModulePackage {
  /** A base module has no name of its own. */
  readonly kind: 'base' | 'module';
  readonly name: string | undefined;
  /** The module's version as its author wrote it; new compilers write 1. */
  readonly moduleVersion: string | undefined;
  /** The version of the module format. */
  readonly version: number;
  readonly mls: boolean;
  /** In the file's order. */
  readonly sections: readonly PackageSection[];
  /** The text of its file contexts, if it brings any. */
  readonly fileContexts: string | undefined;
}

export interface PackageSection {
  readonly kind: 'module' | 'file contexts' | 'seusers' | 'user_extra' | 'netfilter contexts';
  /** Bytes from the start of the file, and how many. */
  readonly offset: number;
  readonly length: number;
}

/** Reads a module package, or a bare module (`.mod`, made by checkmodule). Throws PolicyFormatError for everything else. */
export function readPackage(bytes: Uint8Array): ModulePackage {
  const cursor = new Cursor(bytes);
  cursor.begin('package');
  const magic = cursor.u32();
  if (magic === MODULE_MAGIC) {
    const section = { kind: 'module', offset: 0, length: bytes.length } as const;
    return { ...readModule(bytes, section), sections: [section], fileContexts: undefined };
  }
  if ((magic & 0xffffff) === BZIP2) cursor.fail('it is compressed: uncompress it (`bunzip2`)', 0);
  if (magic === KERNEL_MAGIC) cursor.fail('this is a linked policy, not a module', 0);
  if (magic !== PACKAGE_MAGIC) cursor.fail('this is no module package (.pp)', 0);

  const sections = readSections(cursor);
  const module = sections.find(({ kind }) => kind === 'module');
  if (module === undefined) return cursor.fail('the package holds no module', 0);
  const contexts = sections.find(({ kind }) => kind === 'file contexts');
  return {
    ...readModule(bytes, module),
    sections,
    fileContexts:
      contexts === undefined
        ? undefined
        : new TextDecoder().decode(
            bytes.subarray(contexts.offset + 4, contexts.offset + contexts.length),
          ),
  };
}

/** Version 1 and a count, then the offset of each section; a section begins with its magic and ends where the next begins. */
function readSections(cursor: Cursor): PackageSection[] {
  const versionAt = cursor.offset;
  const version = cursor.u32();
  if (version !== 1) cursor.fail(`package version ${version} is not read; version 1 is`, versionAt);
  const count = cursor.count('sections', 8);
  const table = cursor.offset;
  const offsets = Array.from({ length: count }, () => cursor.u32());
  return offsets.map((offset, i) => {
    const end = offsets[i + 1] ?? cursor.bytes.length;
    if (offset < table + count * 4 || end - offset < 4 || end > cursor.bytes.length) {
      cursor.fail(`section ${i + 1} lies at ${offset} to ${end}`, table + i * 4);
    }
    cursor.offset = offset;
    const magic = cursor.u32();
    const kind = SECTION[magic] ?? cursor.fail(`section ${i + 1} is of no known kind`, offset);
    return { kind, offset, length: end - offset };
  });
}

function readModule(
  bytes: Uint8Array,
  { offset, length }: PackageSection,
): Omit<ModulePackage, 'sections' | 'fileContexts'> {
  const cursor = new Cursor(bytes.subarray(0, offset + length));
  cursor.offset = offset + 4;
  cursor.begin('module header');
  const platformAt = cursor.offset;
  const platformLength = cursor.u32();
  const platform = platformLength === 15 ? cursor.text(15, 'platform') : '';
  if (platform !== 'SE Linux Module') {
    throw new PolicyFormatError('module header', platformAt, 'this is no module for SELinux');
  }
  const kind = cursor.oneOf({ 1: 'base', 2: 'module' }, 'module kind');
  const version = cursor.u32();
  const mls = (cursor.u32() & 1) === 1;
  cursor.raw(8);
  if (kind === 'base') return { kind, name: undefined, moduleVersion: undefined, version, mls };
  const name = cursor.text(cursor.u32(), 'module');
  const moduleVersion = cursor.text(cursor.u32(), 'module version');
  return { kind, name, moduleVersion, version, mls };
}

const PACKAGE_MAGIC = 0xf97cff8f;
const MODULE_MAGIC = 0xf97cff8d;
const KERNEL_MAGIC = 0xf97cff8c;
/** `BZh` */
const BZIP2 = 0x685a42;

const SECTION: Readonly<Record<number, PackageSection['kind']>> = {
  [MODULE_MAGIC]: 'module',
  4185718672: 'file contexts',
  159186833: 'seusers',
  159186834: 'user_extra',
  159186835: 'netfilter contexts',
};
