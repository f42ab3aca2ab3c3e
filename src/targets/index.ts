export {
  type ApparmorParser,
  apparmorParser,
  type FeatureFiles,
  PARSER_SUITES,
  type ParserSuite,
} from './apparmor-parser.ts';
export {
  type CacheEntry,
  cacheDirectory,
  cached,
  cacheEntries,
  digest,
  removeEntry,
  trimLinks,
} from './cache.ts';
export { type CilCompiler, compileCil } from './compile-cil.ts';
export { type CompiledModule, compileModule } from './compile-module.ts';
export {
  debianKeyring,
  debianMirror,
  downloadPackages,
  unpackPackages,
} from './debian-packages.ts';
export { type Compilers, type Distribution, distribution } from './distribution.ts';
export { findProgram } from './find-program.ts';
export { headerInterfaces, headerModules } from './header-interfaces.ts';
export { hostPolicy, POLICY_QUESTIONS, sectionsOf } from './host-policy.ts';
export type { InstalledModule } from './host-store.ts';
export {
  findTool,
  HOST_JOBS,
  type HostJob,
  type HostTool,
  hostTools,
  missingTools,
  packagesOf,
  tooOld,
  whatInstalls,
} from './host-tools.ts';
export { installPackages, packageManager } from './package-manager.ts';
export { basePolicy, type LinkedPolicy, linkModules } from './policy-store.ts';
export type { OpenTarget, PolicyTarget } from './policy-target.ts';
export { POLICY_TARGETS } from './policy-targets.ts';
export { type RunOptions, type RunResult, run } from './run.ts';
export { FLAVOURS, type Flavour, TARGET_IDS, TARGETS, type TargetId, targetOf } from './target.ts';
export { ToolchainError } from './toolchain-error.ts';
