/** Something that was looked at, and that a result can be about. */
export interface SarifRule {
  readonly id: string;
  readonly text: string;
}

export interface SarifResult {
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  /** Relative to the directory that the command ran in, which code hosts take for the repository. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Other lines of the same file, each with what it has to do with the result. */
  readonly related?: readonly { readonly line: number; readonly text: string }[];
}

/** SARIF 2.1.0, the form in which code hosts take results. `generator` is our program with its version. */
export function sarifLog(
  generator: string,
  rules: readonly SarifRule[],
  results: readonly SarifResult[],
): string {
  const [name, version = '0'] = generator.split(' ');
  const driver = {
    name,
    version,
    rules: rules.map(({ id, text }) => ({ id, shortDescription: { text } })),
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results: results.map(asResult) }],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function asResult({ rule, level, message, file, line, related = [] }: SarifResult): unknown {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  const at = (startLine: number): object => ({
    physicalLocation: { artifactLocation: { uri }, region: { startLine } },
  });
  return {
    ruleId: rule,
    level,
    message: { text: message },
    locations: [at(line)],
    ...(related.length > 0 && {
      relatedLocations: related.map(({ line, text }) => ({ ...at(line), message: { text } })),
    }),
  };
}
