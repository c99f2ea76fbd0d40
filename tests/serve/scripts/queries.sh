#!/bin/sh
# What plugins, management clients and set-up pages type: for each line the exit code, which stream spoke, its first line.
work=$(mktemp -d)
q() {
    "$@" >"$work/out" 2>"$work/err"
    code=$?
    spoke=-
    [ -s "$work/out" ] && spoke=out
    [ -s "$work/err" ] && spoke=err
    printf '%s|%s|%s|%s\n' "$*" "$code" "$spoke" "$(cat "$work/out" "$work/err" | head -n 1)"
}
q haconf -makerw
q haconf -makerw
q hagrp -add newgrp
q hatype -add NewType
q haattr -add NewType Port -integer 80
q hauser -add smith
q haconf -dump -makero
q haconf -dump -makero
q haclus -wait DumpingMembership 0 -time 10
q hagrp -unfreeze oragrp
q hares -clear ora_db -sys hosta
q hagrp -dep oragrp
q hagrp -state nosuch
q hares -state nosuch
q hasys -state nosuch
q hagrp -switch oragrp -to hosta
q hagrp -display oragrp -attribute TFrozen -attribute Frozen
q hares -display -group oragrp
q hares -display -type MetroMirror
q haclus -display -localclus
q hasys -state -localclus
q hasys -list -localclus
q hamsg -list
q hacli -cmd uptime -sys hostb
q hagetcf
rm -r "$work"
