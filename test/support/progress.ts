/** What a guest is doing, beside the runner's own output: a run takes minutes. */
export function progress(what: string): void {
  process.stderr.write(`lab: ${what}\n`);
}
