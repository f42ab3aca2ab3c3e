export { apparmorDebianPackage } from './apparmor-package.ts';
export {
  type DebianFiles,
  DebianRefusal,
  withDebianHooks,
  withoutDebianHooks,
} from './debian-hooks.ts';
export { type DebianPackage, debianPackage } from './debian-package.ts';
export { debianSource } from './debian-source.ts';
export { PackagingRefusal } from './package-refusal.ts';
export { packageSources, placeOf, SOURCE_DIRECTORY } from './package-sources.ts';
export { type GeneratedFile, profileFiles, profilePath } from './profile-files.ts';
export { withoutRpmHooks, withRpmHooks } from './rpm-hooks.ts';
export { rpmSpec } from './rpm-spec.ts';
