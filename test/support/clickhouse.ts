import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cached, digest, targetOf, unpackPackages } from '../../src/targets/index.ts';

/** A ClickHouse of two shards, both on this machine. */
export interface Cluster {
  /** Of the HTTP interfaces. */
  readonly ports: readonly [number, number];
  /** Runs a statement on a shard and returns what it says. Throws what the server says instead. */
  query(shard: 0 | 1, statement: string, input?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Debian 12's own ClickHouse, 18.16: the oldest that anybody runs, unpacked beside the system as the compilers are. */
export async function startCluster(): Promise<Cluster> {
  const root = await serverRoot();
  const directory = mkdtempSync(join(tmpdir(), 'confine-clickhouse-'));
  const [http0, http1, tcp0, tcp1, peer0, peer1] = (await freePorts(6)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const shards = [
    { http: http0, tcp: tcp0, peer: peer0 },
    { http: http1, tcp: tcp1, peer: peer1 },
  ];
  const servers = shards.map((shard, index) =>
    startServer(root, join(directory, `shard-${index}`), shard, [tcp0, tcp1]),
  );
  const stop = async (): Promise<void> => {
    for (const server of servers) server.kill('SIGKILL');
    await Promise.all(servers.map(ended));
    rmSync(directory, { recursive: true, force: true });
  };
  const ports = [http0, http1] as const;
  const query = (shard: 0 | 1, statement: string, input = ''): Promise<string> =>
    ask(ports[shard], statement, input);
  try {
    for (const index of [0, 1] as const) {
      await answering(
        () => query(index, 'SELECT 1'),
        servers[index]!,
        join(directory, `shard-${index}`),
      );
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, query, stop };
}

const PACKAGES = [
  'clickhouse-common',
  'clickhouse-server',
  'libboost-filesystem1.74.0',
  'libboost-program-options1.74.0',
  'libc6',
  'libcapnp-0.9.2',
  'libcctz2',
  'libcpuinfo0',
  'libdouble-conversion3',
  'libexpat1',
  'libfarmhash0',
  'libgcc-s1',
  'libicu72',
  'libjemalloc2',
  'libltdl7',
  'liblz4-1',
  'libmariadb3',
  'libmetrohash1',
  'libodbc2',
  'libpcre2-8-0',
  'libpcre3',
  'libpococrypto80',
  'libpocodata80',
  'libpocodataodbc80',
  'libpocofoundation80',
  'libpocojson80',
  'libpocomongodb80',
  'libpoconet80',
  'libpoconetssl80',
  'libpocoutil80',
  'libpocoxml80',
  'librdkafka1',
  'libre2-9',
  'libsasl2-2',
  'libssl3',
  'libstdc++6',
  'libzstd1',
  'zlib1g',
];

async function serverRoot(): Promise<string> {
  const directory = await cached(
    `debian-12/clickhouse-${digest('root-1', ...PACKAGES)}`,
    (partial) => unpackPackages(targetOf('debian-12'), PACKAGES, partial),
  );
  return join(directory, 'root');
}

interface Ports {
  readonly http: number;
  readonly tcp: number;
  readonly peer: number;
}

function startServer(
  root: string,
  directory: string,
  ports: Ports,
  shards: readonly number[],
): ChildProcess {
  mkdirSync(join(directory, 'data'), { recursive: true });
  writeFileSync(join(directory, 'config.xml'), configOf(directory, ports, shards));
  writeFileSync(join(directory, 'users.xml'), USERS);
  const [loader] = globSync('{usr/,}lib{64,}/{*-linux-gnu*/,}ld-linux*.so.*', { cwd: root }).sort();
  const libraries = globSync('{usr/,}lib/*-linux-gnu*', { cwd: root }).map((path) =>
    join(root, path),
  );
  return spawn(
    join(root, loader!),
    [
      '--library-path',
      libraries.join(':'),
      join(root, 'usr/sbin/clickhouse-server'),
      `--config-file=${join(directory, 'config.xml')}`,
    ],
    { stdio: 'ignore', cwd: directory, env: { TZ: 'UTC', PATH: process.env.PATH } },
  );
}

function configOf(
  directory: string,
  { http, tcp, peer }: Ports,
  shards: readonly number[],
): string {
  return `<yandex>
  <logger><level>warning</level><log>${directory}/log</log><errorlog>${directory}/errors</errorlog></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${http}</http_port><tcp_port>${tcp}</tcp_port>
  <interserver_http_port>${peer}</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>
  <path>${directory}/data/</path><tmp_path>${directory}/tmp/</tmp_path>
  <users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
  <timezone>UTC</timezone><mark_cache_size>5368709</mark_cache_size>
  <max_concurrent_queries>20</max_concurrent_queries>
  <remote_servers><fleet>
    ${shards.map((port) => `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`).join('\n    ')}
  </fleet>
  <gone>
    <shard><replica><host>127.0.0.1</host><port>${shards[0]}</port></replica></shard>
    <shard><replica><host>127.0.0.1</host><port>1</port></replica></shard>
  </gone></remote_servers>
</yandex>
`;
}

const USERS = `<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
  <quotas><default/></quotas>
  <users>
    <default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
    <auditor><password>a secret</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></auditor>
  </users>
</yandex>
`;

/** With input, the statement is in the address; alone it may be longer than that. */
async function ask(port: number, statement: string, input: string): Promise<string> {
  const query = input === '' ? '' : `?query=${encodeURIComponent(statement)}`;
  const answer = await fetch(`http://127.0.0.1:${port}/${query}`, {
    method: 'POST',
    body: input === '' ? statement : input,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`ClickHouse: ${text.slice(0, 2000)}`);
  return text;
}

async function answering(
  question: () => Promise<string>,
  server: ChildProcess,
  directory: string,
): Promise<void> {
  const until = performance.now() + 60_000;
  for (;;) {
    try {
      await question();
      return;
    } catch (error) {
      if (server.exitCode !== null || server.signalCode !== null || performance.now() > until) {
        const said = globSync(join(directory, 'errors')).map((file) => readFileSync(file, 'utf8'));
        throw new Error(`ClickHouse did not start: ${said.join('').slice(-2000)}`, {
          cause: error,
        });
      }
      await sleep(100);
    }
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    await new Promise((done) => server.once('exit', done));
  }
}

/** Held together, then let go: the kernel does not give the same one twice soon. */
async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      return server;
    }),
  );
  const ports = held.map((server) => (server.address() as { port: number }).port);
  await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
