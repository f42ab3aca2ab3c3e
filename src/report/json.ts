import type { Report } from './report.ts';

/** The report itself. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, null, 1)}\n`;
}
