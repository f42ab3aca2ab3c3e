import type { Concerns } from '../upkeep/index.ts';
import type { Io } from './io.ts';
import type { Profile } from './load-profile.ts';
import type { UpkeepPart } from './upkeep-report.ts';
export async function programParts(_io: Io, _p: Profile, _o: {program: string}, _c: Concerns): Promise<UpkeepPart[]> { return []; }
