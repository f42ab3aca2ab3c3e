import { type Ability, dontaudit, optional } from '../description/index.ts';

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
        selinux: [
          optional({ types: ['container_var_lib_t'] }, [
            dontaudit('container_var_lib_t', 'dir', search),
          ]),
          optional({ types: ['container_data_home_t'] }, [
            dontaudit('container_data_home_t', 'dir', search),
          ]),
        ],
      },
      {
        why: 'On Fedora the store in a home directory has the type of the data of all programs.',
        selinux: [
          optional({ types: ['data_home_t'] }, [
            dontaudit('data_home_t', 'file', ['getattr', 'open', 'read']),
          ]),
        ],
      },
    ],
  };
}
