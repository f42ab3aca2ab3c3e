/** `1 rule`, `2 rules`, `17,432 rules`; for words whose plural is not formed with *s*, say it: `quantity(2, 'policy', 'policies')`. */
export function quantity(count: number, one: string, many: string = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Thousands separated by commas, independent of the locale of the machine. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
