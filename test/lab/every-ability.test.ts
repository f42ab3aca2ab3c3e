import { expect, test } from 'vitest';
import mosquitto from '../../profiles/mosquitto/confinement.ts';
import mosquittoSuite from '../../profiles/mosquitto/scenarios/index.ts';
import nginx from '../../profiles/nginx/confinement.ts';
import nginxSuite from '../../profiles/nginx/scenarios/index.ts';
import pdftotext from '../../profiles/pdftotext/confinement.ts';
import pdftotextSuite from '../../profiles/pdftotext/scenarios/index.ts';
import plocate from '../../profiles/plocate/confinement.ts';
import plocateSuite from '../../profiles/plocate/scenarios/index.ts';
import rustnet from '../../profiles/rustnet/confinement.ts';
import rustnetSuite from '../../profiles/rustnet/scenarios/index.ts';
import tcpdump from '../../profiles/tcpdump/confinement.ts';
import tcpdumpSuite from '../../profiles/tcpdump/scenarios/index.ts';
import * as abilities from '../../src/abilities/index.ts';
import { domainsOf } from '../../src/description/index.ts';
import exercise from './exercise/confinement.ts';
import exerciseSuite from './exercise/scenarios/index.ts';

const RUN = [
  [mosquitto, mosquittoSuite],
  [nginx, nginxSuite],
  [pdftotext, pdftotextSuite],
  [plocate, plocateSuite],
  [rustnet, rustnetSuite],
  [tcpdump, tcpdumpSuite],
  [exercise, exerciseSuite],
] as const;

test('every ability there is runs on a kernel that enforces it', () => {
  const shown = RUN.flatMap(([confinement, { scenarios }]) => {
    const had = new Set(domainsOf(confinement).flatMap(({ may }) => may.map(({ name }) => name)));
    return scenarios
      .filter(({ modes }) => modes.includes('enforcing'))
      .flatMap(({ exercises }) => exercises)
      .filter((name) => had.has(name));
  });
  expect(Object.keys(abilities).filter((name) => !shown.includes(name))).toEqual([]);
});
