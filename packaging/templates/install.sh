#!/bin/sh
# Installs the VCS agent for IBM Metro Mirror on this node, or removes it: ./install --help
# PYTHON names the interpreter, where it is not the first python3 on the path.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
python=$(command -v "${PYTHON:-python3}") || {
    echo "install: ${PYTHON:-python3} is not on this node; the agent needs Python 3.9 or later" >&2
    exit 1
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || {
    echo "install: $python is $("$python" -V 2>&1); the agent needs Python 3.9 or later." >&2
    echo "install: where the node has one, say which: PYTHON=/path/to/python3 $0" >&2
    exit 1
}
exec "$python" -I -S -B "$here/release/deploy" "$@"
