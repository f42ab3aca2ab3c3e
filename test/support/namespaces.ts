/** Words for unshare(1) that make one root there: root is that already, and in a changed root nobody may make a user namespace. */
export const AS_ROOT: readonly string[] = process.getuid?.() === 0 ? [] : ['--map-root-user'];
