import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { debian13, MachineError } from '../../src/lab/index.ts';

afterEach(() => vi.unstubAllEnvs());

test('a machine without the guest’s tools is told so before anything is built, all of them at once', async () => {
  // Where it is built already, its tools are not asked for.
  const cache = mkdtempSync(join(tmpdir(), 'confine-image-'));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('PATH', '/nowhere');
  const error = await debian13().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MachineError);
  const { message, evidence } = error as MachineError;
  // mke2fs is looked for in /sbin too.
  for (const tool of ['qemu-system-x86_64', 'qemu-img', 'mmdebstrap', 'setpriv']) {
    expect(message).toContain(`\`${tool}\``);
  }
  expect(evidence.hint).toContain('confine doctor --for lab');
});
