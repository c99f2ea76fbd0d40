#!/bin/sh
# A monitoring plugin: every system RUNNING, every group online somewhere, nothing failed, frozen, unprobed, autodisabled.
PATH=$PATH:/opt/VRTSvcs/bin:/opt/VRTS/bin
out=$(hastatus -sum 2>&1) || { echo "VCS UNKNOWN - $out"; exit 3; }
down=$(echo "$out" | awk '$1=="A" && $3!="RUNNING" {print $2"="$3}')
frozen=$(echo "$out" | awk '$1=="G" {print $2}' | sort -u)
partial=$(echo "$out" | awk '$1=="B" && $6 ~ /PARTIAL|FAULTED/ {print $2"@"$3"="$6}')
unprobed=$(echo "$out" | awk '$1=="B" && $4=="N" {print $2"@"$3}')
autodis=$(echo "$out" | awk '$1=="B" && $5=="Y" {print $2"@"$3}')
failed=$(echo "$out" | awk '/^-- RESOURCES FAILED/{f=1} $1=="D" && f {print $4"@"$5}')
groups=$(echo "$out" | awk '$1=="B"{print $2}' | sort -u)
nowhere=
for g in $groups; do
  echo "$out" | awk -v g=$g '$1=="B" && $2==g && $6 ~ /^ONLINE/ {ok=1} END{exit !ok}' || nowhere="$nowhere $g"
done
rc=0; msg="VCS OK - groups:" ; msg="$msg $(echo $groups)"
[ -n "$frozen$unprobed$autodis" ] && rc=1 msg="VCS WARNING - frozen: $frozen unprobed: $(echo $unprobed) autodisabled: $(echo $autodis)"
[ -n "$down$partial$failed$nowhere" ] && rc=2 msg="VCS CRITICAL - down: $(echo $down) partial: $(echo $partial) failed: $(echo $failed) not online:$nowhere"
echo "$msg"; exit $rc
