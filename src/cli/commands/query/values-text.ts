/** Booleans with their values, as `--bool` takes them: `a=on`. */
export function valuesText(values: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(values).map(([name, on]) => `${name}=${on ? 'on' : 'off'}`);
}
