#!/bin/sh
# An agent's section of a monitoring system, and the loop of a runbook that waits until a group has arrived.
section() {
    echo "<<<veritas_vcs>>>"
    haclus -display | sed -n 's/^\(ClusState\|ClusterName\) */\1 /p'
    hasys -display -attribute SysState | sed 1d | awk '{print $1, $2, $3}'
    hagrp -display -attribute State -attribute TFrozen -attribute Frozen | sed 1d | awk '{print $1, $2, $3, $4}'
    hares -display -attribute State | sed 1d | awk '$4 != "OFFLINE" {n++} END {print "resources up", n}'
}
section
target=$1
hagrp -switch oragrp -to "$target" || exit 1
tries=0
until hagrp -state oragrp -sys "$target" | grep -q '|ONLINE|'; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || exit 2
    sleep 15
done
for group in $(hagrp -list | awk '{print $1}' | sort -u); do
    for system in $(hasys -list); do
        echo "$group $system $(hagrp -value "$group" State "$system")"
    done
done
