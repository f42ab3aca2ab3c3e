/** Whether a time is known and comes before another one, in seconds since 1970: 0 is no time. */
export function isBefore(one: number, other: number): boolean {
  return one > 0 && (other === 0 || one < other);
}
