# libsepol's own decision on many accesses in one process. The first line of the input is JSON: {"policy": path, "image": path to
# write, "booleans": {name: true | false}}. Each further line is "source context<tab>target context<tab>class value"; the answer is the
# allowed access vector as a decimal number, or "invalid" for a context that libsepol does not take.
import ctypes
import json
import sys

sepol = ctypes.CDLL("libsepol.so.2")
libc = ctypes.CDLL("libc.so.6")
libc.fopen.restype = ctypes.c_void_p


def checked(code, what):
    if code != 0:
        raise SystemExit(f"{what} failed")


def with_booleans(path, image, booleans):
    """The policy with other states of its booleans: libsepol decides by those that a policy file holds."""
    content = open(path, "rb").read()
    handle = ctypes.c_void_p(sepol_handle())
    policy, file = ctypes.c_void_p(), ctypes.c_void_p()
    checked(sepol.sepol_policydb_create(ctypes.byref(policy)), "create")
    checked(sepol.sepol_policy_file_create(ctypes.byref(file)), "create file")
    sepol.sepol_policy_file_set_mem(file, content, ctypes.c_size_t(len(content)))
    sepol.sepol_policy_file_set_handle(file, handle)
    checked(sepol.sepol_policydb_read(policy, file), "read")
    for name, state in booleans.items():
        key, boolean = ctypes.c_void_p(), ctypes.c_void_p()
        checked(sepol.sepol_bool_key_create(handle, name.encode(), ctypes.byref(key)), "key")
        checked(sepol.sepol_bool_query(handle, policy, key, ctypes.byref(boolean)), "query")
        sepol.sepol_bool_set_value(boolean, int(state))
        checked(sepol.sepol_bool_set(handle, policy, key, boolean), "set")
    data, length = ctypes.c_void_p(), ctypes.c_size_t()
    checked(sepol.sepol_policydb_to_image(handle, policy, ctypes.byref(data), ctypes.byref(length)), "write")
    open(image, "wb").write(ctypes.string_at(data, length.value))
    return image


def sepol_handle():
    sepol.sepol_handle_create.restype = ctypes.c_void_p
    return sepol.sepol_handle_create()


class Decision(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("allowed", "decided", "auditallow", "auditdeny", "seqno")]


start = json.loads(sys.stdin.readline())
path = start["policy"]
if start["booleans"]:
    path = with_booleans(path, start["image"], start["booleans"])
stream = libc.fopen(path.encode(), b"rb")
checked(sepol.sepol_set_policydb_from_file(ctypes.c_void_p(stream)), "load")

sids = {}


def sid_of(context):
    if context not in sids:
        text, sid = context.encode(), ctypes.c_uint32()
        code = sepol.sepol_context_to_sid(text, ctypes.c_size_t(len(text) + 1), ctypes.byref(sid))
        sids[context] = sid.value if code == 0 else None
    return sids[context]


# What libsepol says about contexts that it refuses belongs to nobody.
decision = Decision()
answers = []
for line in sys.stdin:
    source, target, tclass = line.rstrip("\n").split("\t")
    source_sid, target_sid = sid_of(source), sid_of(target)
    if source_sid is None or target_sid is None:
        answers.append("invalid")
        continue
    code = sepol.sepol_compute_av(source_sid, target_sid, ctypes.c_uint16(int(tclass)), 0, ctypes.byref(decision))
    answers.append(str(decision.allowed) if code == 0 else "invalid")
print("\n".join(answers))
