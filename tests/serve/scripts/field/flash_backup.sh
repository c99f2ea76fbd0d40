#!/bin/sh
# A backup by FlashCopy: make the target, flash, wait for the background copy, take the next increment, withdraw.
cli="dscli -cfg $1" source=$2 target=$3
$cli "mkfbvol -extpool P0 -cap 10 -name backup_#h $target" | grep -q CMUC00025I || exit 1
$cli "mkflash -record -persist -nocp $source:$target" || exit 2
$cli rmflash -quiet "$source:$target" >/dev/null || exit 3
$cli "mkflash -record -persist -cp $source:$target" || exit 4
left=1 tries=0
until [ "$left" = 0 ]; do
    left=$($cli lsflash -l -fmt delim -delim ';' -hdr off -bnr off "$source:$target" | cut -d';' -f12)
    tries=$((tries + 1))
    [ $tries -lt 500 ] || exit 5
    [ "$left" = 0 ] || sleep 60
done
$cli "resyncflash -record -persist -wait $source:$target" || exit 6
$cli lsflash -fmt delim -delim : -hdr off -bnr off "$source:$target" | awk -F: '{print "active " $6 " recording " $7}'
printf 'y\n' | $cli rmflash "$source:$target" || exit 7
$cli lsflash "$source:$target" | grep -q CMUC00234I && echo "no relation is left"
