import type { Names } from '../../draft/index.ts';
import { type FileContexts, labelOf } from '../../selinux/file-contexts/index.ts';
import type { PolicyDb } from '../../selinux/policydb/index.ts';

/** What a policy and its file contexts call paths and ports. File systems without labels of their own are looked up as the kernel does (genfscon). */
export function policyNames(db: PolicyDb, fileContexts: FileContexts): Names {
  return {
    type(path, kind) {
      const own = /^\/proc\/(self|thread-self|\d+)(\/|$)/.exec(path);
      if (own !== null) return 'self';
      const special = MOUNTED.find(([at]) => path === at || path.startsWith(`${at}/`));
      if (special !== undefined) return genfs(db, special[1], path.slice(special[0].length) || '/');
      // The kernel labels it by the domain of whoever logs in.
      if (/^\/dev\/pts\/\d/.test(path)) return 'user_devpts_t';
      // What is below a home is labelled by the homes that the policy knows.
      const { context } = labelOf(fileContexts, path, FILE_KIND[kind]);
      if (context === undefined && MADE_THERE.test(path)) {
        // What is made there and has no label of its own gets that of its directory.
        return this.type(path.slice(0, path.lastIndexOf('/')), 'dir');
      }
      return context !== undefined && db.types.ids.has(context.type) ? context.type : undefined;
    },
    port(protocol, port) {
      const found = db.ports.find(
        (one) => one.protocol === protocol && one.low <= port && port <= one.high,
      );
      if (found !== undefined) return db.types.names[found.context.type]!;
      return 'port_t';
    },
  };
}

const FILE_KIND = {
  file: 'file',
  dir: 'dir',
  chr_file: 'char',
  sock_file: 'socket',
} as const;

/** Directories that are empty at boot or cleaned: file contexts say nothing of most of what is in them. */
const MADE_THERE = /^\/(run|var\/run|tmp|var\/tmp)\/./;

/** Where systems mount what has no labels in files. */
const MOUNTED: readonly (readonly [at: string, fileSystem: string])[] = [
  ['/proc', 'proc'],
  ['/sys/fs/cgroup', 'cgroup2'],
  ['/sys/fs/bpf', 'bpf'],
  ['/sys', 'sysfs'],
];

/** The longest path that begins it. */
function genfs(db: PolicyDb, fileSystem: string, path: string): string | undefined {
  const [found] = db.genfs
    .filter((one) => one.fileSystem === fileSystem && path.startsWith(one.path))
    .sort((a, b) => b.path.length - a.path.length);
  return found && db.types.names[found.context.type];
}
