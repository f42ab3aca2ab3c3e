/** What an ELF file says of itself without being run. */
export interface ElfFacts {
  /** Shared libraries that it names (DT_NEEDED), sorted. */
  readonly libraries: readonly string[];
  /** Functions and data that it takes from them, without versions, sorted; none in a static program. */
  readonly imports: readonly string[];
  /** Texts among its constants, cut where the program refers to their beginnings. */
  readonly literals: ReadonlySet<string>;
}

/**
 * Reads a 64-bit little-endian ELF file; undefined for anything else, also for one that is cut off. Compilers of Rust and Go lay texts behind each other without an end
 * mark, so they are cut where x86-64 code (`lea`, relative to the instruction) and relocations refer to: on other machines at null bytes alone.
 */
export function elfFacts(bytes: Uint8Array): ElfFacts | undefined {
  try {
    const sections = readSections(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return (
      sections && {
        libraries: librariesOf(sections),
        imports: importsOf(sections),
        literals: literalsOf(sections),
      }
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Sections {
  readonly machine: number;
  get(name: string): Section | undefined;
}

interface Section {
  readonly address: number;
  readonly bytes: Buffer;
}

const X86_64 = 62;
const NO_BITS = 8;

function readSections(file: Buffer): Sections | undefined {
  if (file.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return undefined;
  const table = Number(file.readBigUInt64LE(0x28));
  const [size, count, names] = [0x3a, 0x3c, 0x3e].map((at) => file.readUInt16LE(at)) as [
    number,
    number,
    number,
  ];
  const at = (index: number): { name: number; section: Section } => {
    const start = table + index * size;
    const word = (offset: number): number => Number(file.readBigUInt64LE(start + offset));
    const empty = file.readUInt32LE(start + 4) === NO_BITS;
    return {
      name: file.readUInt32LE(start),
      section: {
        address: word(0x10),
        bytes: file.subarray(word(0x18), empty ? word(0x18) : word(0x18) + word(0x20)),
      },
    };
  };
  const strings = count === 0 ? Buffer.alloc(0) : at(names).section.bytes;
  const found = new Map<string, Section>();
  for (let index = 0; index < count; index++) {
    const { name, section } = at(index);
    found.set(textAt(strings, name), section);
  }
  return { machine: file.readUInt16LE(0x12), get: (name) => found.get(name) };
}

function textAt(strings: Buffer, offset: number): string {
  const end = strings.indexOf(0, offset);
  return strings.toString('latin1', offset, end < 0 ? strings.length : end);
}

const DT_NEEDED = 1n;

function librariesOf(sections: Sections): string[] {
  const dynamic = sections.get('.dynamic')?.bytes ?? Buffer.alloc(0);
  const strings = sections.get('.dynstr')?.bytes ?? Buffer.alloc(0);
  const names: string[] = [];
  for (let at = 0; at + 16 <= dynamic.length; at += 16) {
    if (dynamic.readBigUInt64LE(at) === DT_NEEDED) {
      names.push(textAt(strings, Number(dynamic.readBigUInt64LE(at + 8))));
    }
  }
  return names.sort();
}

function importsOf(sections: Sections): string[] {
  const symbols = sections.get('.dynsym')?.bytes ?? Buffer.alloc(0);
  const strings = sections.get('.dynstr')?.bytes ?? Buffer.alloc(0);
  const names = new Set<string>();
  for (let at = 24; at + 24 <= symbols.length; at += 24) {
    // What is defined elsewhere has no section.
    if (symbols.readUInt16LE(at + 6) === 0) names.add(textAt(strings, symbols.readUInt32LE(at)));
  }
  names.delete('');
  return [...names].sort();
}

function literalsOf(sections: Sections): ReadonlySet<string> {
  const constants = sections.get('.rodata');
  if (constants === undefined) return new Set();
  const starts = [...referredTo(sections, constants), constants.bytes.length].sort((a, b) => a - b);
  const literals = new Set<string>();
  let from = 0;
  for (const to of starts) {
    const piece = constants.bytes.toString('latin1', from, to);
    for (const [text] of piece.matchAll(/[\t\n\x20-\x7e]{4,}/g)) literals.add(text);
    from = to;
  }
  return literals;
}

/** Offsets in a section that code or data refers to. */
function referredTo(sections: Sections, { address, bytes }: Section): ReadonlySet<number> {
  const offsets = new Set<number>();
  const add = (to: number): void => {
    if (to >= address && to < address + bytes.length) offsets.add(to - address);
  };
  const code = sections.get('.text');
  if (sections.machine === X86_64 && code !== undefined) {
    // REX.W lea reg, [rip + displacement].
    for (let at = code.bytes.indexOf(0x8d); at > 0; at = code.bytes.indexOf(0x8d, at + 1)) {
      if (at + 6 > code.bytes.length) break;
      const rex = code.bytes[at - 1];
      if ((rex === 0x48 || rex === 0x4c) && (code.bytes[at + 1]! & 0xc7) === 0x05) {
        add(code.address + at + 6 + code.bytes.readInt32LE(at + 2));
      }
    }
  }
  const relocations = sections.get('.rela.dyn')?.bytes ?? Buffer.alloc(0);
  for (let at = 0; at + 24 <= relocations.length; at += 24) {
    add(Number(relocations.readBigInt64LE(at + 16)));
  }
  return offsets;
}
