import {
  type Ability,
  allow,
  type Confinement,
  changePolicy,
  confine,
  connectTcp,
  EGRESS_CHANNELS,
  egressBy,
  executeAnything,
  fileAt,
  injectKeystrokes,
  keepState,
  leaveTheDomain,
  listen,
  listenOn,
  loadKernelModules,
  lookUpUsers,
  mount,
  optional,
  ptrace,
  reachUnixSockets,
  readBelow,
  readCertificates,
  readConfiguration,
  readContent,
  readSystemFiles,
  runAsDaemon,
  runWritableMemory,
  sendUdp,
  useCapabilities,
  writeFiles,
  writeLogs,
} from '../../src/index.ts';

/** Debian's unit has PIDFile=/run/nginx.pid: no directory of its own, which useRuntimeDirectory would want. */
function keepPidFile(): Ability {
  const byItsName = {
    kind: 'type-transition',
    parent: 'var_run_t',
    result: 'own:runtime',
    classes: ['file'],
    name: 'nginx.pid',
  } as const;
  return {
    name: 'keepPidFile',
    title: 'Keep its PID file',
    types: [{ name: 'runtime', nature: 'runtime', what: 'its PID file' }],
    fileContexts: [fileAt('/run/nginx.pid', 'own:runtime')],
    blocks: [
      {
        why: 'The PID file stands in /run itself. It gets a type by its name; a file of any other name cannot be made there. Also `nginx -t` makes it.',
        selinux: [
          byItsName,
          allow('var_run_t', 'dir', [
            'add_name',
            'getattr',
            'open',
            'remove_name',
            'search',
            'write',
          ]),
          allow('own:runtime', 'file', ['create', 'getattr', 'open', 'read', 'unlink', 'write']),
        ],
      },
      {
        why: 'The service manager reads it.',
        selinux: [
          { ...allow('own:runtime', 'file', ['getattr', 'open', 'read']), sources: ['init_t'] },
        ],
      },
      {
        why: 'An administrator who tries a configuration in a shell (nginx -t) makes the same file, and without its type the server could not open it at its next start.',
        selinux: [
          optional({ types: ['unconfined_t'] }, [{ ...byItsName, source: 'unconfined_t' }]),
        ],
      },
    ],
  };
}

/**
 * The web server as Debian packages it: its unit (Type=forking, started as root), what the machine publishes in /var/www, HTTP and HTTPS. Its control
 * tool is the same program: `nginx -s reload`, which the unit runs in the same domain. It serves files, and asks no other server.
 */
const nginx: Confinement = confine({
  name: 'nginx',
  title: 'a web server that serves files',
  version: '1.0.0',
  released: '2026-11-29',
  program: {
    name: 'nginx',
    version: '1.26',
    homepage: 'https://nginx.org/',
    executables: ['/usr/sbin/nginx'],
  },
  takesOver: [
    {
      path: '/usr/sbin/nginx',
      from: ['httpd_exec_t'],
      why: 'httpd_t is for every web server and for what their scripts do; this server serves files',
    },
    {
      path: '/etc/nginx',
      from: ['httpd_config_t'],
      why: 'other web servers have no business with its configuration and its keys',
    },
    {
      path: '/var/lib/nginx',
      from: ['httpd_var_lib_t'],
      why: 'what clients send is kept there, and belongs to this server alone',
    },
    {
      path: '/var/log/nginx',
      from: ['httpd_log_t'],
      why: 'httpd_t may read the logs of every web server',
    },
  ],
  rollout: 'permissive',
  tunables: [],
  may: [
    runAsDaemon({ capabilities: ['chown', 'dac_override', 'setgid', 'setuid'] }),
    lookUpUsers(),
    listenOn({ protocol: 'tcp', types: ['http_port_t'], privileged: true }),
    readConfiguration({ paths: ['/etc/nginx'] }),
    readCertificates({ own: ['/etc/nginx/tls'] }),
    readSystemFiles(),
    readContent({ published: true }),
    keepState({ directory: '/var/lib/nginx' }),
    writeLogs({ directory: '/var/log/nginx' }),
    keepPidFile(),
  ],
  never: [
    listen('it answers on the ports of the web', {
      except: [{ protocol: 'tcp', type: 'http_port_t' }],
    }),
    connectTcp('it serves files, and passes no request on'),
    sendUdp('HTTP/3 is not in Debian’s configuration, and nothing is looked up'),
    egressBy(EGRESS_CHANNELS, 'no other way off the machine'),
    reachUnixSockets('no application server stands behind it'),
    executeAnything('it runs no script and no helper'),
    leaveTheDomain('no way into a domain with other rights'),
    loadKernelModules('it needs none'),
    changePolicy('it must not lift its own confinement'),
    ptrace('other processes are not its business'),
    runWritableMemory('its regular expressions are interpreted (pcre_jit is off)'),
    mount('it has no business with file systems'),
    injectKeystrokes('it has no terminal'),
    useCapabilities('only to open its ports and its logs, and to become the user www-data', {
      except: [{ names: ['chown', 'dac_override', 'net_bind_service', 'setgid', 'setuid'] }],
    }),
    readBelow(['HOME', '/root', '/etc/shadow'], 'what is published is in /var/www'),
    writeFiles(
      'what it serves it cannot change: only what clients send, its log and its PID file',
      {
        except: [{ own: 'state' }, { own: 'log' }, { own: 'runtime' }],
      },
    ),
  ],
  residuals: [
    {
      id: 'published',
      what: 'read all that the machine publishes, whoever may see it by the configuration',
      why: 'which of it is behind a password only the server knows.',
    },
    {
      id: 'local-range',
      what: 'listen on a TCP port of the local range (ip_local_port_range)',
      why: 'the kernel asks nobody when a socket that is bound to no port listens.',
    },
    {
      id: 'own-state',
      what: 'change or delete what clients have sent',
      why: 'it keeps large requests in files meanwhile.',
    },
    {
      id: 'pid-file',
      what: 'name another process in its PID file',
      why: 'Debian’s unit stops the process that the file names, as root.',
    },
  ],
  notes: [
    {
      about: 'passing requests on',
      text: 'A reverse proxy connects to other servers, and an application behind FastCGI or uWSGI is one: that takes connectTo or talkToUnixSocket, and a never less.',
    },
    {
      about: 'keys',
      text: 'Debian has no directory for the keys of web servers. They are expected in /etc/nginx/tls; those that certbot keeps in /etc/letsencrypt can be read too, by the general label of certificates.',
    },
    {
      about: 'modules',
      text: 'Modules of other packages are loaded from /usr/lib/nginx/modules, and run inside the server with what it may do.',
    },
    {
      about: 'home directories',
      text: 'Pages of users (public_html) are not served, and sites outside of /var/www need the label httpd_sys_content_t.',
    },
  ],
});

export default nginx;
