import { type Ability, denied, dontaudit, fileRule, optional } from '../description/index.ts';

/**
 * The program looks up the names of containers in the stores of Docker and Podman. It tells containers apart without them, by the
 * control groups of their processes, so the stores stay closed and the attempts are refused in silence.
 */
export function refuseContainerNames(): Ability {
  const search = ['getattr', 'open', 'read', 'search'];
  return {
    name: 'refuseContainerNames',
    title: 'Names of containers, refused in silence',
    blocks: [
      {
        why: 'The files with the names hold the environments of the containers too, and their types cover the images and volumes: too much for a name. Containers are still told by their identifiers, from the control groups of processes.',
        whyIn: {
          apparmor:
            'The files with the names hold the environments of the containers too: too much for a name. Containers are still told by their identifiers, from the control groups of processes.',
        },
        selinux: [
          optional({ types: ['container_var_lib_t'] }, [
            dontaudit('container_var_lib_t', 'dir', search),
          ]),
          optional({ types: ['container_data_home_t'] }, [
            dontaudit('container_data_home_t', 'dir', search),
          ]),
        ],
        apparmor: [
          denied(
            fileRule(
              ['/var/lib/docker/containers/{,**}', '/var/lib/containers/storage/{,**}'],
              'r',
            ),
            'looked up for every container, and done without; what is refused for good would only fill the log of the complain mode',
          ),
        ],
      },
      {
        why: 'On Fedora the store in a home directory has the type of the data of all programs.',
        whyIn: { apparmor: 'The same store in a home directory.' },
        selinux: [
          optional({ types: ['data_home_t'] }, [
            dontaudit('data_home_t', 'file', ['getattr', 'open', 'read']),
          ]),
        ],
        apparmor: [
          denied(
            fileRule(['@{HOME}/.local/share/containers/{,**}'], 'r'),
            'the same store in a home directory',
          ),
        ],
      },
    ],
  };
}
