#!/bin/sh
# A runbook for a disaster at the first site: freeze, fail over and fail back by hand, while the group stands frozen.
a=$1 b=$2 deva=$3 devb=$4 lss=$5
shift 5
run() {
    profile=$1
    shift
    dscli -cfg "$profile" -bnr off "$@" >"${TMPDIR:-/tmp}/takeover.$$" 2>&1 || { cat "${TMPDIR:-/tmp}/takeover.$$"; exit 1; }
    cat "${TMPDIR:-/tmp}/takeover.$$"
}
hagrp -freeze oragrp || exit 1
run "$a" freezepprc -remotedev "$devb" "$lss:$lss"
run "$a" lspprc -fmt delim -delim , -hdr off "$@" | cut -d, -f2,3
run "$b" failoverpprc -remotedev "$deva" -type mmir "$@"
run "$b" lspprc -fmt delim -delim , -hdr off "$@" | cut -d, -f2,3
run "$a" unfreezepprc -remotedev "$devb" "$lss:$lss"
hagrp -unfreeze oragrp
rm -f "${TMPDIR:-/tmp}/takeover.$$"
