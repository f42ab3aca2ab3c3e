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

function asResult({ rule, level, message, file, line }: SarifResult): unknown {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return {
    ruleId: rule,
    level,
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }],
  };
}
