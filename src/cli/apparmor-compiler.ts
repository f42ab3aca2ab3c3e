import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CompiledProfile, readCompiled } from '../apparmor/compiled/index.ts';
import {
  ABIS,
  type Abi,
  apparmorArtefacts,
  fileName,
  loneProfiles,
  profileName,
} from '../apparmor/profile/index.ts';
import type { ProfileCompiler } from '../apparmor/review/index.ts';
import type { Confinement } from '../description/index.ts';
import { type ApparmorParser, apparmorParser, ToolchainError } from '../targets/index.ts';
import type { FeatureSet } from './feature-sets.ts';

/** Compiles what a description becomes, for one set of features and with nothing else of the machine. */
export class DescribedProfile implements ProfileCompiler {
  private readonly confinement: Confinement;
  private readonly parser: ApparmorParser;
  private readonly kernel: string;
  private readonly abi: Abi;

  private constructor(confinement: Confinement, parser: ApparmorParser, set: FeatureSet) {
    this.confinement = confinement;
    this.parser = parser;
    this.kernel = set.file;
    this.abi = ABIS.find((abi) => abi === set.abi)!;
  }

  static async of(confinement: Confinement, set: FeatureSet): Promise<DescribedProfile> {
    return new DescribedProfile(confinement, await apparmorParser(set.suite), set);
  }

  /** Its profiles, its own first. */
  compiled(): Promise<readonly CompiledProfile[]> {
    return this.extended([]);
  }

  /** With one more tunable on. */
  async withTunable(name: string): Promise<CompiledProfile> {
    const tunables = this.confinement.tunables.map((tunable) =>
      tunable.name === name ? { ...tunable, default: true } : tunable,
    );
    const [own] = await this.compile({ ...this.confinement, tunables }, []);
    return own!;
  }

  extended(lines: readonly string[]): Promise<readonly CompiledProfile[]> {
    return this.compile(this.confinement, lines);
  }

  async lone(
    bodies: readonly (readonly string[])[],
  ): Promise<readonly (CompiledProfile | undefined)[]> {
    try {
      return await this.compileLone(bodies);
    } catch (error) {
      // What the compiler refuses is one of them: a log can hold words that it does not know.
      if (!(error instanceof ToolchainError)) throw error;
      if (bodies.length <= 1) return bodies.map(() => undefined);
      const middle = bodies.length >> 1;
      return [
        ...(await this.lone(bodies.slice(0, middle))),
        ...(await this.lone(bodies.slice(middle))),
      ];
    }
  }

  private async compileLone(
    bodies: readonly (readonly string[])[],
  ): Promise<readonly CompiledProfile[]> {
    const bytes = await this.parser.compile(loneProfiles(bodies, this.abi), {
      kernel: this.kernel,
    });
    const byName = new Map(readCompiled(bytes).profiles.map((each) => [each.name, each]));
    return bodies.map((_, i) => byName.get(`alone${i}`)!);
  }

  /** Lines stand where an administrator's would, in the local override. */
  private async compile(
    confinement: Confinement,
    lines: readonly string[],
  ): Promise<readonly CompiledProfile[]> {
    const directory = mkdtempSync(join(tmpdir(), 'confine-'));
    try {
      const name = fileName(confinement);
      const artefacts = apparmorArtefacts(confinement);
      const local = { path: `local/${name}`, text: lines.map((line) => `${line}\n`).join('') };
      for (const { path, text } of [...artefacts.filter(({ role }) => role === 'tunable'), local]) {
        const file = join(directory, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      const { text } = artefacts.find(({ abi }) => abi === this.abi)!;
      const features = { kernel: this.kernel, include: [directory] };
      const { profiles } = readCompiled(await this.parser.compile(text, features));
      const isOwn = (profile: CompiledProfile): boolean =>
        profile.name === profileName(confinement);
      return [...profiles.filter(isOwn), ...profiles.filter((profile) => !isOwn(profile))];
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}
