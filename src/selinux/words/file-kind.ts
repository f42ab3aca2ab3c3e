/** The kinds of file that a file context can be restricted to. */
export const FILE_KINDS = [
  'any',
  'file',
  'dir',
  'symlink',
  'socket',
  'pipe',
  'block',
  'char',
] as const;

export type FileKind = (typeof FILE_KINDS)[number];

/** The kind's column in a file_contexts line: `--`, `-d`, … and nothing for any kind (file_contexts(5)). */
export function fileKindFlag(kind: FileKind): string {
  return FLAG[kind];
}

/** The kind of file that an object class is of; undefined for classes of other objects. */
export function fileKindOf(tclass: string): Exclude<FileKind, 'any'> | undefined {
  return KIND.get(tclass);
}

const FLAG: Readonly<Record<FileKind, string>> = {
  any: '',
  file: '--',
  dir: '-d',
  symlink: '-l',
  socket: '-s',
  pipe: '-p',
  block: '-b',
  char: '-c',
};

const CLASS: Readonly<Record<Exclude<FileKind, 'any'>, string>> = {
  file: 'file',
  dir: 'dir',
  symlink: 'lnk_file',
  socket: 'sock_file',
  pipe: 'fifo_file',
  block: 'blk_file',
  char: 'chr_file',
};

const KIND: ReadonlyMap<string, Exclude<FileKind, 'any'>> = new Map(
  Object.entries(CLASS).map(([kind, tclass]) => [tclass, kind as Exclude<FileKind, 'any'>]),
);
