import type { PathException } from '../../../description/index.ts';
import type { BooleanId, TypeId } from '../../policydb/index.ts';
import type { Inquiry } from '../inquiry/inquiry.ts';
import { typeOf } from '../inquiry/own-types.ts';
import { doubtUnknownLabels, typesAt } from '../inquiry/paths.ts';
import { type Subject, tunableBooleans } from '../inquiry/subject.ts';

/** TypeId -> the booleans one of which must be on, or `always`. */
export function exceptedTypes(
  subject: Subject,
  except: readonly PathException[],
): ReadonlyMap<TypeId, readonly BooleanId[] | 'always'> {
  const excepted = new Map<TypeId, readonly BooleanId[] | 'always'>();
  for (const { path, own, when } of except) {
    const types = [
      ...(own === undefined ? [] : [typeOf(subject, `own:${own}`)]),
      ...(path === undefined ? [] : typesAt(subject, path)),
    ].filter((type) => type !== undefined);
    for (const type of types) {
      const before = excepted.get(type) ?? [];
      if (when === undefined || before === 'always') excepted.set(type, 'always');
      else excepted.set(type, [...before, ...tunableBooleans(subject, [when])]);
    }
  }
  return excepted;
}

/** Says how far exceptions for paths reach: the kernel knows types alone. */
export function notePathExceptions(inquiry: Inquiry, except: readonly PathException[]): void {
  const { subject } = inquiry;
  for (const { path } of except) {
    if (path === undefined) continue;
    doubtUnknownLabels(inquiry, path);
    const names = new Set(typesAt(subject, path).map((type) => subject.db.types.names[type]!));
    inquiry.note(
      `the exception for ${path} is one for everything of the type ${[...names].join(' or ')}`,
    );
  }
}
