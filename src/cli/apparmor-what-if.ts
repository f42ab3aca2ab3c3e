import { proveProfiles } from '../apparmor/prove/index.ts';
import { type Confinement, confine } from '../description/index.ts';
import { descriptionOf, withAbility } from '../draft/index.ts';
import { printable } from '../text/index.ts';
import { DescribedProfile } from './apparmor-compiler.ts';
import { type ReviewedRecords, reviewRecords } from './apparmor-review.ts';
import { apparmorExitCode, apparmorJson, apparmorText } from './apparmor-table.ts';
import { ExitCode } from './exit-code.ts';
import type { FeatureSet } from './feature-sets.ts';
import type { Io } from './io.ts';
import { subjectOf } from './prove-apparmor.ts';
import { besidesText, nothingToTry } from './what-if.ts';

/**
 * Compiles the description with what was advised on AppArmor's open requests, or with the rules that would grant them where no ability fits, proves it,
 * and says what then is still open. Nothing is written.
 */
export async function whatIfApparmor(
  io: Io,
  confinement: Confinement,
  set: FeatureSet,
  { reviewed, advice }: ReviewedRecords,
  { json, besides }: { readonly json?: true; readonly besides: ExitCode },
): Promise<ExitCode> {
  const open = reviewed.filter(({ meaning }) => meaning.kind === 'open');
  if (open.length === 0) {
    io.out(json ? `${JSON.stringify({ tried: [] })}\n` : nothingToTry(besides));
    return besides;
  }
  const chosen = open.map((one) => ({
    one,
    candidate: advice.get(one)?.find(({ breaks }) => breaks.length === 0)?.candidate,
  }));
  const candidates = new Map(
    chosen.flatMap(({ candidate }) =>
      candidate === undefined ? [] : [[candidate.source, candidate]],
    ),
  );
  const plain = chosen.filter(({ candidate }) => candidate === undefined).map(({ one }) => one);
  const lines = [...new Set(plain.flatMap(({ rules }) => rules))];
  const changed = confine(
    [...candidates.values()].reduce(
      (description, { ability, tunables }) => withAbility(description, ability, tunables),
      descriptionOf(confinement),
    ),
  );
  const profiles = await (await DescribedProfile.of(changed, set)).extended(lines);
  const columns = [
    { title: set.title, proved: proveProfiles(subjectOf(changed, profiles), changed.never) },
  ];
  const granted = open.filter((one) => !plain.includes(one)).map(({ tally }) => tally);
  const after = granted.length === 0 ? [] : (await reviewRecords(changed, set, granted)).reviewed;
  const left = after.filter(({ meaning }) => meaning.kind === 'open').length;
  const tried = [...candidates.keys(), ...lines];
  io.out(
    json
      ? `${JSON.stringify({ tried, open: left, columns: apparmorJson(columns) }, null, 2)}\n`
      : [
          `with ${tried.map(printable).join('\n and ')}`,
          '',
          apparmorText(columns, io.outStyle),
          left === 0 ? 'no request is open then' : `${left} of its requests would still be open`,
          ...besidesText(besides),
          '',
        ].join('\n'),
  );
  if (besides !== ExitCode.yes) return besides;
  const code = apparmorExitCode(columns);
  return code === ExitCode.yes && left > 0 ? ExitCode.no : code;
}
