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
    title: 'flows httpd_t → shadow_t, shortest',
    ours: ['query', 'flows', '--policy', '{policy}', '-s', 'httpd_t', '-t', 'shadow_t', '-S'],
    peer: ['seinfoflow', '-p', '{policy}', '-s', 'httpd_t', '-t', 'shadow_t', '-S'],
    goal: { time: 1 / 50, memory: 1 / 4 },
  },
];
