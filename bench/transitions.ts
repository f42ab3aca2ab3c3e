/** Compared on Debian 13's default policy, each as a whole process; `{policy}` stands for its path. */
export const cases: readonly {
  readonly title: string;
  /** Arguments of confine. */
  readonly ours: readonly string[];
  /** The tool of Debian 13, and its arguments. */
  readonly peer: readonly string[];
  /** At most this fraction of the peer's time, and of its memory where that is a goal. */
  readonly goal: { readonly time: number; readonly memory?: number };
}[] = [
  {
    title: 'transitions sshd_t → staff_sudo_t, shortest',
    ours: [
      'query',
      'transitions',
      '--policy',
      '{policy}',
      '-s',
      'sshd_t',
      '-t',
      'staff_sudo_t',
      '-S',
    ],
    peer: ['sedta', '-p', '{policy}', '-s', 'sshd_t', '-t', 'staff_sudo_t', '-S'],
    goal: { time: 1 / 5 },
  },
  {
    title: 'transitions into passwd_t, with their rules',
    ours: ['query', 'transitions', '--policy', '{policy}', '-s', 'passwd_t', '-r', '--full'],
    peer: ['sedta', '-p', '{policy}', '-s', 'passwd_t', '-r', '--full'],
    goal: { time: 1 / 5 },
  },
];
