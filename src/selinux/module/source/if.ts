import { type Confinement, domainsOf } from '../../../description/index.ts';
import { type Offered, offeredBy } from './offered.ts';
import { sentence } from './te.ts';
import { indented, requireLines, statementsLines } from './te-text.ts';

/** The module's interface file, documented as the reference policy wants it. */
export function ifFile(confinement: Confinement): string {
  return [
    `## <summary>${escapeXml(sentence(confinement.title))}.</summary>\n`,
    ...domainsOf(confinement).flatMap((domain) =>
      offeredBy(domain).map((offered) => definition(domain, offered)),
    ),
  ].join('');
}

const PARAMETER = { domain: 'Domain allowed access.', role: 'Role allowed access.' } as const;

function definition(confinement: Confinement, offered: Offered): string {
  const requires = requireLines(offered.requires);
  const body = [
    ...(requires.length > 2 ? [...requires, ''] : []),
    ...(offered.givesRole ? [`roleattribute $2 ${confinement.roleAttribute};`, ''] : []),
    ...statementsLines(confinement, offered.statements),
  ];
  const lines = [
    '',
    '########################################',
    '## <summary>',
    `##\t${escapeXml(offered.summary)}`,
    '## </summary>',
    ...offered.parameters.flatMap((parameter) => [
      `## <param name="${parameter}">`,
      '##\t<summary>',
      `##\t${PARAMETER[parameter]}`,
      '##\t</summary>',
      '## </param>',
    ]),
    ...(offered.admin ? ['## <rolecap/>'] : []),
    '#',
    `interface(\`${offered.name}',\``,
    ...indented(body),
    "')",
  ];
  return `${lines.join('\n')}\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
