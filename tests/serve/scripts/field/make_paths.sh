#!/bin/sh
# A set-up guide's paths: ports from lsavailpprcport, paths both ways, and what both ends say of them.
a=$1 b=$2 lss=$3
field() { dscli -cfg "$1" lssi -fmt delim -delim , -hdr off -bnr off | cut -d, -f"$2"; }
deva=$(field "$a" 2) devb=$(field "$b" 2) wwnna=$(field "$a" 5) wwnnb=$(field "$b" 5)
pairs=$(dscli -cfg "$a" lsavailpprcport -hdr off -bnr off -remotewwnn "$wwnnb" "$lss:$lss" | awk '{print $1 ":" $2}')
[ -n "$pairs" ] || exit 1
dscli -cfg "$a" mkpprcpath -remotedev "$devb" -remotewwnn "$wwnnb" -srclss "$lss" -tgtlss "$lss" $pairs || exit 2
back=$(for pair in $pairs; do echo "${pair#*:}:${pair%:*}"; done)
dscli -cfg "$b" mkpprcpath -remotedev "$deva" -remotewwnn "$wwnna" -srclss "$lss" -tgtlss "$lss" $back || exit 3
for profile in "$a" "$b"; do
    dscli -cfg "$profile" lspprcpath -hdr off -bnr off "$lss" | awk '$3 != "Success" {bad = 1} END {exit bad}' || exit 4
    dscli -cfg "$profile" lspprcpath -hdr off -bnr off "$lss" | awk '{print $1 ":" $2, $5, $6, $7}'
done
dscli -cfg "$a" mkpprcpath -remotedev "$devb" -remotewwnn "$wwnnb" -srclss "$lss" -tgtlss "$lss" I9999:I0231
echo "a port that does not exist: $?"
