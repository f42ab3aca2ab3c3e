export { cacheDirectory, cached, digest } from './cache.ts';
export { type CilCompiler, compileCil } from './compile-cil.ts';
export { type CompiledModule, compileModule, type ModuleSource } from './compile-module.ts';
export { debianKeyring, debianMirror, unpackPackages } from './debian-packages.ts';
export { type Distribution, distribution } from './distribution.ts';
export { headerInterfaces } from './header-interfaces.ts';
export { HOST_JOBS, type HostJob, type HostTool, hostTools } from './host-tools.ts';
export { basePolicy, type LinkedPolicy, linkModules, type ModuleFile } from './policy-store.ts';
export { type RunOptions, type RunResult, run } from './run.ts';
export {
  FLAVOURS,
  type Flavour,
  TARGET_IDS,
  TARGETS,
  type Target,
  type TargetId,
  targetOf,
} from './target.ts';
export { ToolchainError } from './toolchain-error.ts';
