import { NONE } from '../../policydb/index.ts';
import { contextText } from '../context-text.ts';
import { type Component, sorted } from './component.ts';

export const fsUses: Component = {
  name: 'fs-use',
  summary: 'how file systems label their files (fs_use_xattr, _trans, _task)',
  selector: 'FILESYSTEM',
  entries(db) {
    return sorted(
      db.fsUses.map(({ behaviour, fileSystem, context }) => {
        const shown = contextText(db, context);
        const text = `fs_use_${behaviour} ${fileSystem} ${shown};`;
        const data = { behaviour, fileSystem, context: shown };
        return { key: fileSystem, text, expanded: text, data };
      }),
    );
  },
};

export const genfs: Component = {
  name: 'genfs',
  summary: 'contexts by path on file systems that store none (genfscon)',
  selector: 'FILESYSTEM',
  entries(db) {
    return sorted(
      db.genfs.map(({ fileSystem, path, tclass, context }) => {
        const shown = contextText(db, context);
        const name = tclass === NONE ? undefined : db.classes.names[tclass]!;
        const text = `genfscon ${fileSystem} ${path} ${name === undefined ? '' : (FILE_FLAG[name] ?? `-${name}`)} ${shown}`;
        const data = { fileSystem, path, class: name, context: shown };
        return { key: fileSystem, text, expanded: text, data };
      }),
    );
  },
};

/** How policy sources write the class that an entry is restricted to. */
const FILE_FLAG: Readonly<Record<string, string>> = {
  file: '--',
  dir: '-d',
  lnk_file: '-l',
  sock_file: '-s',
  fifo_file: '-p',
  blk_file: '-b',
  chr_file: '-c',
};
