#!/bin/sh
# Installs the VCS agent for IBM Metro Mirror on this node, or removes it: ./install --help
# PYTHON names the interpreter; without it the newest one of the node that is new enough is taken, python3 first.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
root=${METROMIRROR_ROOT:-}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null
}

advice() {
    ID='' VERSION_ID=''
    # shellcheck source=/dev/null
    [ ! -r "$root/etc/os-release" ] || . "$root/etc/os-release"
    case "$ID:$VERSION_ID" in
        rhel:7* | centos:7* | ol:7*) echo "the package rh-python38 (Red Hat Software Collections) brings one" ;;
        rhel:8* | centos:8* | ol:8* | almalinux:8* | rocky:8*) echo "yum install python39 brings one beside the system's own" ;;
        sles:15* | sled:15*) echo "zypper install python311 (Python 3 module) brings one beside the system's own" ;;
        sles:*) echo "SLES $VERSION_ID has none; build one below /usr/local, or upgrade" ;;
        *)
            case "$(uname -s)" in
                AIX) echo "the package python3.9 of the AIX Toolbox brings one: /opt/freeware/bin/python3" ;;
                SunOS) echo "pkg install runtime/python-39 brings one" ;;
                *) echo "a package of your distribution brings one: python39 or later" ;;
            esac
            ;;
    esac
}

named=${PYTHON:-}
found=
seen=
for name in ${named:-python3 python3.13 python3.12 python3.11 python3.10 python3.9 python3.8 \
    /usr/libexec/platform-python /opt/rh/rh-python38/root/usr/bin/python3 /opt/freeware/bin/python3 \
    /usr/local/bin/python3}; do
    python=$(command -v "$name") || continue
    seen=${seen:-$python}
    if is_new_enough "$python"; then
        found=$python
        break
    fi
done
if [ -z "$found" ]; then
    if [ -n "$seen" ]; then
        echo "install: $seen is $("$seen" -V 2>&1); the agent needs Python 3.8 or later." >&2
    else
        echo "install: ${named:-python3} is not on this node; the agent needs Python 3.8 or later." >&2
    fi
    echo "install: $(advice). Where the node has another one, say which: PYTHON=/path/to/python3 $0" >&2
    exit 1
fi
[ "$found" = "$seen" ] || echo "install: $seen is $("$seen" -V 2>&1), so $found is taken" >&2
exec "$found" -I -S -B "$here/release/deploy" "$@"
