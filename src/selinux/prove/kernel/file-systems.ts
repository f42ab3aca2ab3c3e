import type { PolicyDb, TypeId } from '../../policydb/index.ts';

/**
 * The types that all files of a file system have, since it stores no labels, with what has them: network and foreign file systems by their
 * genfscon, and files that were never labelled.
 */
export function fileSystemTypes(db: PolicyDb): ReadonlyMap<TypeId, string> {
  const types = new Map<TypeId, string>();
  for (const { fileSystem, path, context } of db.genfs) {
    if (path === '/' && HOLDS_FILES.has(fileSystem) && !types.has(context.type)) {
      types.set(context.type, `a file system of the kind ${fileSystem}`);
    }
  }
  for (const { name, context } of db.initialSids) {
    if (UNLABELLED.has(name) && !types.has(context.type)) {
      types.set(context.type, 'files without a label');
    }
  }
  return types;
}

/** File systems that hold people's files. Kernel interfaces (proc, sysfs, cgroup) are labelled by genfscon too and hold none. */
const HOLDS_FILES: ReadonlySet<string> = new Set([
  ...[
    'nfs',
    'nfs4',
    'cifs',
    'smb3',
    'smbfs',
    'afs',
    'ceph',
    'ncpfs',
    '9p',
    'virtiofs',
    'gfs',
    'gfs2',
  ],
  ...['fuse', 'fuseblk', 'ecryptfs', 'vfat', 'msdos', 'exfat', 'ntfs', 'ntfs3', 'hfs', 'hfsplus'],
  ...['iso9660', 'udf', 'ntfs-3g', 'lustre', 'panfs', 'gpfs'],
]);

/** The initial SIDs of a file without a label, and of one whose label the policy does not know. */
const UNLABELLED: ReadonlySet<string> = new Set(['file', 'unlabeled']);
