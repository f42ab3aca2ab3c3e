/** Says what a guest is doing, beside the runner's own output: a run takes minutes, and another file's guest runs beside it. */
export function progressOf(file: string): (what: string) => void {
  return (what) => process.stderr.write(`lab: ${file}: ${what}\n`);
}
