import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import tcpdump from '../../profiles/tcpdump/confinement.ts';
import type { Confinement } from '../../src/description/index.ts';
import { artefacts, permissiveModule, type Role } from '../../src/selinux/module/index.ts';
import {
  basePolicy,
  type CompiledModule,
  compileModule,
  type Distribution,
  distribution,
  type LinkedPolicy,
  linkModules,
  TARGETS,
  type TargetId,
  ToolchainError,
} from '../../src/targets/index.ts';
import { peer } from '../support/peer.ts';

function textOf(confinement: Confinement, wanted: Role): string {
  return artefacts(confinement).find(({ role }) => role === wanted)!.text;
}

function source(confinement: Confinement): Parameters<typeof compileModule>[1] {
  return {
    name: confinement.name,
    te: textOf(confinement, 'te'),
    fc: textOf(confinement, 'fc'),
    if: textOf(confinement, 'if'),
  };
}

async function sesearch(policy: LinkedPolicy, ...args: string[]): Promise<string[]> {
  const { stdout } = await peer('sesearch', [policy.policy, ...args], { accept: [0, 1] });
  return stdout.trim().split('\n').sort();
}

describe.each(TARGETS.map(({ id, title }) => [title, id] as const))('%s', (_, id: TargetId) => {
  let dist: Distribution;
  let base: LinkedPolicy;
  let compiled: CompiledModule;
  let fromTe: LinkedPolicy;
  let fromCil: LinkedPolicy;

  beforeAll(async () => {
    dist = await distribution(id);
    base = await basePolicy(dist);
    compiled = await compileModule(dist, source(rustnet));
    fromTe = await linkModules(dist, base, [{ name: 'rustnet.pp', bytes: compiled.pp }]);
    fromCil = await linkModules(dist, base, [
      { name: 'rustnet.cil', bytes: Buffer.from(textOf(rustnet, 'cil')) },
    ]);
  });

  test('the devel Makefile compiles rustnet and tcpdump without a warning', async () => {
    expect(compiled.warnings).toEqual([]);
    expect((await compileModule(dist, source(tcpdump))).warnings).toEqual([]);
  });

  test('the .cil gives the same rules as the .te', async () => {
    const questions = [
      ['-A', '--dontaudit', '--allowxperm', '-T', '-s', 'rustnet_t'],
      ['-A', '--dontaudit', '--allowxperm', '-T', '-rt', '-t', '^rustnet_'],
      ['--role_allow', '--role_trans', '--range_trans'],
    ];
    for (const question of questions) {
      const [te, cil] = [await sesearch(fromTe, ...question), await sesearch(fromCil, ...question)];
      expect(cil).toEqual(te);
      expect(te.length).toBeGreaterThan(5);
    }
  });

  test('secilc itself compiles the .cil with every module of the distribution, to the same rules', async () => {
    const work = mkdtempSync(join(tmpdir(), 'confine-secilc-'));
    try {
      const store = join(base.store, 'var/lib/selinux/default/active/modules');
      const switchedOff = new Set(readdirSync(join(store, 'disabled')));
      const files = readdirSync(join(store, '100'))
        .filter((name) => !switchedOff.has(name))
        .map((name) => {
          writeFileSync(
            join(work, `${name}.cil`),
            execFileSync('bzip2', ['-dc', join(store, '100', name, 'cil')], {
              maxBuffer: 1 << 28,
            }),
          );
          return join(work, `${name}.cil`);
        });
      writeFileSync(join(work, 'rustnet.cil'), textOf(rustnet, 'cil'));
      const policy = join(work, 'policy');
      // As semodule does it: MLS, unknown permissions allowed, no neverallow checks, declarations more than once; Debian 13's also leaves
      // out superfluous rules.
      await dist.run('secilc', [
        '-M',
        '1',
        '-U',
        'allow',
        '-N',
        '-m',
        ...(id === 'debian-13' ? ['-O'] : []),
        '-o',
        policy,
        '-f',
        '/dev/null',
        ...files,
        join(work, 'rustnet.cil'),
      ]);
      expect(await sesearch({ ...fromTe, policy }, '-A', '-s', 'rustnet_t')).toEqual(
        await sesearch(fromTe, '-A', '-s', 'rustnet_t'),
      );
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });

  test('while direct DNS is off it can send on no internet socket', async () => {
    const rules = await sesearch(
      fromTe,
      '-A',
      '-s',
      'rustnet_t',
      '-c',
      'udp_socket,tcp_socket,rawip_socket,icmp_socket',
    );
    expect(rules.filter((rule) => !rule.includes('[ rustnet_direct_dns ]:True'))).toEqual([
      // What every domain inherits by the attribute `domain`: receiving from labelled peers, on a socket that it cannot create.
      'allow domain netlabel_peer_t:tcp_socket recvfrom;',
      'allow domain unconfined_domain_type:tcp_socket recvfrom;',
      'allow rustnet_t node_t:udp_socket node_bind;',
      'allow rustnet_t rustnet_t:udp_socket { bind connect create getattr };',
    ]);
  });

  test('it executes nothing and is entered through its executable alone', async () => {
    const rules = await sesearch(
      fromTe,
      '-A',
      '-s',
      'rustnet_t',
      '-c',
      'file',
      '-p',
      'execute_no_trans,entrypoint',
    );
    expect(rules).toEqual([
      'allow rustnet_t rustnet_exec_t:file { entrypoint execute getattr ioctl lock map open read };',
    ]);
  });

  test('each role may have the domain, and each user domain enters it', async () => {
    const { stdout } = await peer('seinfo', [fromTe.policy, '-r', '-x']);
    const roles = [...stdout.matchAll(/role (\w+) types \{([^}]*)\}/g)]
      .filter((match) => match[2]!.split(/\s+/).includes('rustnet_t'))
      .map((match) => match[1]);
    expect(roles.sort()).toEqual(['staff_r', 'sysadm_r', 'system_r', 'unconfined_r', 'user_r']);
    expect(await sesearch(fromTe, '-T', '-t', 'rustnet_exec_t', '-c', 'process')).toEqual([
      'type_transition auditadm_sudo_t rustnet_exec_t:process rustnet_t;',
      'type_transition init_t rustnet_exec_t:process rustnet_t;',
      'type_transition secadm_sudo_t rustnet_exec_t:process rustnet_t;',
      'type_transition staff_sudo_t rustnet_exec_t:process rustnet_t;',
      'type_transition staff_t rustnet_exec_t:process rustnet_t;',
      'type_transition sysadm_sudo_t rustnet_exec_t:process rustnet_t;',
      'type_transition sysadm_t rustnet_exec_t:process rustnet_t;',
      'type_transition unconfined_t rustnet_exec_t:process rustnet_t;',
      'type_transition user_sudo_t rustnet_exec_t:process rustnet_t;',
      'type_transition user_t rustnet_exec_t:process rustnet_t;',
    ]);
  });

  test('the permissive module makes the domain permissive, and outlives the removal of the policy module', async () => {
    const { name, text } = permissiveModule(rustnet);
    const permissive = await linkModules(dist, base, [
      { name: 'rustnet.pp', bytes: compiled.pp },
      { name: `${name}.cil`, bytes: Buffer.from(text) },
    ]);
    expect((await peer('seinfo', [permissive.policy, '--permissive'])).stdout).toContain(
      'rustnet_t',
    );
    const alone = await linkModules(dist, base, [
      { name: `${name}.cil`, bytes: Buffer.from(text) },
    ]);
    expect((await peer('seinfo', [alone.policy, '--permissive'])).stdout).not.toContain(
      'rustnet_t',
    );
  });

  test('a module that does not compile is an error with the compiler’s words', async () => {
    const broken = {
      ...source(rustnet),
      te: `${textOf(rustnet, 'te')}\nallow rustnet_t nosuch_t:file read;\n`,
    };
    const failure = await compileModule(dist, broken).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ToolchainError);
    expect((failure as ToolchainError).output).toContain('nosuch_t');
  });
});
