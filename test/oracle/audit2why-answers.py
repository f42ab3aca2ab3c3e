"""What audit2why says about each request: source, target, class and permissions on a line; first line the policy."""
import sys
from selinux import audit2why

NAMES = {
    audit2why.ALLOW: "allow",
    audit2why.DONTAUDIT: "dontaudit",
    audit2why.TERULE: "terule",
    audit2why.BOOLEAN: "boolean",
    audit2why.CONSTRAINT: "constraint",
    audit2why.RBAC: "rbac",
    audit2why.BOUNDS: "bounds",
}

audit2why.init(sys.stdin.readline().strip())
for line in sys.stdin:
    source, target, tclass, *permissions = line.split()
    kind, data = audit2why.analyze(source, target, tclass, permissions)
    names = sorted(name for name, _ in data) if kind == audit2why.BOOLEAN else []
    print(NAMES.get(kind, f"other {kind}"), *names)
