import { expect, test } from 'vitest';
import mosquitto from '../../profiles/mosquitto/scenarios/index.ts';
import nginx from '../../profiles/nginx/scenarios/index.ts';
import pdftotext from '../../profiles/pdftotext/scenarios/index.ts';
import plocate from '../../profiles/plocate/scenarios/index.ts';
import rustnet from '../../profiles/rustnet/scenarios/index.ts';
import tcpdump from '../../profiles/tcpdump/scenarios/index.ts';
import * as abilities from '../../src/abilities/index.ts';
import exercise from './exercise/scenarios/index.ts';

/** What no machine of ours can show, each with its reason. */
const NOT_SHOWN: Readonly<Record<string, string>> = {};

test('every ability there is runs on a kernel that enforces it', () => {
  const suites = [mosquitto, nginx, pdftotext, plocate, rustnet, tcpdump, exercise];
  const shown = new Set(
    suites
      .flatMap(({ scenarios }) => scenarios)
      .filter(({ modes }) => modes.includes('enforcing'))
      .flatMap(({ exercises }) => exercises),
  );
  const missing = Object.keys(abilities).filter((name) => !shown.has(name));
  expect(missing.sort()).toEqual(Object.keys(NOT_SHOWN).sort());
});
