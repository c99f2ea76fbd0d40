#!/bin/sh
# Planned switch of the Oracle volumes from site A to site B. Usage: switch.sh
# Everything is read by its position, as it always was.
set -eu
A=IBM.2107-75FA120
B=IBM.2107-75FA150
VOLS=1260-1261
PAIRS="1260:1260 1261:1261"

die() { echo "switch: $*" >&2; exit 1; }

# Which boxes are these? One quoted argument, the banner is not wanted.
[ "$(dscli -cfg "$PROFILES/$A.profile" "lssi -s -fullid -hdr off" | grep -v Date)" = "$A" ] || die "not at $A"

# All pairs duplex? Three lines of heading, then State is the 2nd and 3rd word.
STATES=$(dscli -cfg "$PROFILES/$A.profile" lspprc -dev $A $VOLS | awk 'NR>3 {print $2 " " $3}' | sort -u)
[ "$STATES" = "Full Duplex" ] || die "pairs are $STATES"

# Is there a way back? Word 5 is our port, word 6 the other one's.
dscli -cfg "$PROFILES/$B.profile" -bnr off lspprcpath -hdr off 12 | awk '{print "path " $1 ":" $2 " " $5 " > " $6}'

hagrp -offline oragrp -sys hosta
hagrp -wait oragrp State OFFLINE -sys hosta -time 300

# Fail over and back at B, both from one pipe. The prompt comes back on the same stream.
printf 'failoverpprc -dev %s -remotedev %s -type mmir %s\nquit\n' $B $A "$PAIRS" |
    dscli -cfg "$PROFILES/$B.profile" | sed 's/^dscli> //' > failover.out
[ "$(grep -c '^CMUC00196I' failover.out)" -eq 2 ] || die "failover: $(cat failover.out)"

dscli -cfg "$PROFILES/$B.profile" failbackpprc -dev $B -remotedev $A -type mmir $PAIRS > failback.out ||
    die "failback ended with $?"

tries=0
while dscli -cfg "$PROFILES/$B.profile" -fmt delim -bnr off lspprc -hdr off -l $VOLS | cut -d, -f2 | grep -qv 'Full Duplex'; do
    tries=$((tries + 1))
    [ $tries -lt 40 ] || die "still copying"
    sleep 15
done

hagrp -online oragrp -sys hostc
hagrp -wait oragrp State ONLINE -sys hostc -time 600
echo "oragrp is $(hagrp -state oragrp -sys hostc) on hostc"

# What is not a pair ends with its code.
code=0
dscli -cfg "$PROFILES/$B.profile" failoverpprc -dev $B -remotedev $A -type mmir 12FF:12FF > refused.out || code=$?
echo "a refusal ends with $code"
