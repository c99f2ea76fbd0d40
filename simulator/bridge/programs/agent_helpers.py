"""`ag_i18n_inc.sh` and `ag_i18n_inc.pm`: what agents of VCS source, written from its documented behaviour.

Rule 1: what they log goes through `halog`, as the real ones send it to the engine.
Rule 2: attribute values are read as VCS 5 and later pass them: name, count, values.
"""

SHELL_HELPERS = r"""# Helpers for VCS agents in sh. SIMULATED: written by mirrordrill from their documented behaviour.
VCSAG_SUCCESS=0
VCSAG_ERR_INVALID_ARGS=1
VCSAG_ERR_KEY_NOT_FOUND=2

# VCSAG_SET_ENVS resource [category]
VCSAG_SET_ENVS() {
    [ $# -ge 1 ] || return $VCSAG_ERR_INVALID_ARGS
    VCSAG_RES_NAME=$1
    VCSAG_CATEGORY_ID=${2:-}
    VCSAG_EP_NAME=${0##*/}
    vcsag_folder=${0%/*}
    VCSAG_AGENT_NAME=${vcsag_folder##*/}
    export VCSAG_RES_NAME VCSAG_CATEGORY_ID VCSAG_EP_NAME VCSAG_AGENT_NAME
    return $VCSAG_SUCCESS
}

# VCSAG_LOG_MSG severity(C|E|W|N|I) text id [-encoding encoding] [parameter ...]
VCSAG_LOG_MSG() {
    [ $# -ge 3 ] || return $VCSAG_ERR_INVALID_ARGS
    "${VCS_HOME:-/opt/VRTSvcs}/bin/halog" -add "${VCSAG_AGENT_NAME:-}:${VCSAG_RES_NAME:-}:${VCSAG_EP_NAME:-}:$2" \
        -sev "$1" -msgid "$3" >/dev/null
}

# VCSAG_LOGDBG_MSG level text [parameter ...]: debug messages are off
VCSAG_LOGDBG_MSG() {
    return $VCSAG_SUCCESS
}

# VCSAG_GET_ATTR_VALUE attribute index skip argument ...: sets VCSAG_ATTR_VALUE; index -1 is the whole value
VCSAG_GET_ATTR_VALUE() {
    VCSAG_ATTR_VALUE=
    [ $# -ge 3 ] || return $VCSAG_ERR_INVALID_ARGS
    vcsag_wanted=$1 vcsag_index=$2 vcsag_skip=$3
    shift 3
    [ $# -ge "$vcsag_skip" ] || return $VCSAG_ERR_INVALID_ARGS
    shift "$vcsag_skip"
    while [ $# -ge 2 ]; do
        vcsag_name=$1 vcsag_count=$2
        shift 2
        [ $# -ge "$vcsag_count" ] || return $VCSAG_ERR_INVALID_ARGS
        if [ "$vcsag_name" = "$vcsag_wanted" ]; then
            vcsag_at=0
            while [ "$vcsag_at" -lt "$vcsag_count" ]; do
                if [ "$vcsag_index" -eq -1 ]; then
                    VCSAG_ATTR_VALUE="${VCSAG_ATTR_VALUE:+$VCSAG_ATTR_VALUE }$1"
                elif [ "$vcsag_index" -eq "$vcsag_at" ]; then
                    VCSAG_ATTR_VALUE=$1
                fi
                vcsag_at=$((vcsag_at + 1))
                shift
            done
            return $VCSAG_SUCCESS
        fi
        shift "$vcsag_count"
    done
    return $VCSAG_ERR_KEY_NOT_FOUND
}
"""

PERL_HELPERS = r"""# Helpers for VCS agents in Perl. SIMULATED: written by mirrordrill from their documented behaviour.
package ag_i18n_inc;
use strict;
use warnings;
use Exporter 'import';

our ($VCSAG_SUCCESS, $VCSAG_ERR_INVALID_ARGS, $VCSAG_ERR_KEY_NOT_FOUND) = (0, 1, 2);
our @EXPORT = qw(VCSAG_SET_ENVS VCSAG_LOG_MSG VCSAG_LOGDBG_MSG VCSAG_GET_ATTR_VALUE
    $VCSAG_SUCCESS $VCSAG_ERR_INVALID_ARGS $VCSAG_ERR_KEY_NOT_FOUND);

# VCSAG_SET_ENVS(resource [, category])
sub VCSAG_SET_ENVS {
    my ($resource, $category) = @_;
    return $VCSAG_ERR_INVALID_ARGS unless defined $resource;
    my @path = split m{/}, $0;
    @ENV{qw(VCSAG_RES_NAME VCSAG_CATEGORY_ID VCSAG_EP_NAME VCSAG_AGENT_NAME)} =
        ($resource, $category // '', $path[-1], @path > 1 ? $path[-2] : '');
    return $VCSAG_SUCCESS;
}

# VCSAG_LOG_MSG(severity, text, id [, ...])
sub VCSAG_LOG_MSG {
    my ($severity, $text, $id) = @_;
    return $VCSAG_ERR_INVALID_ARGS unless defined $id;
    my $who = join ':', map { $ENV{$_} // '' } qw(VCSAG_AGENT_NAME VCSAG_RES_NAME VCSAG_EP_NAME);
    my $halog = ($ENV{VCS_HOME} // '/opt/VRTSvcs') . '/bin/halog';
    open my $out, '-|', $halog, '-add', "$who:$text", '-sev', $severity, '-msgid', $id or return 1;
    my @said = <$out>;
    close $out;
    return $? >> 8;
}

# VCSAG_LOGDBG_MSG(level, text [, ...]): debug messages are off
sub VCSAG_LOGDBG_MSG { return $VCSAG_SUCCESS }

# VCSAG_GET_ATTR_VALUE(attribute, index, skip, argument ...): status and value; index -1 is the whole value
sub VCSAG_GET_ATTR_VALUE {
    my ($wanted, $index, $skip, @words) = @_;
    return ($VCSAG_ERR_INVALID_ARGS, '') unless defined $skip and @words >= $skip;
    splice @words, 0, $skip;
    while (@words >= 2) {
        my ($name, $count) = splice @words, 0, 2;
        return ($VCSAG_ERR_INVALID_ARGS, '') if @words < $count;
        my @values = splice @words, 0, $count;
        next if $name ne $wanted;
        return ($VCSAG_SUCCESS, $index == -1 ? join(' ', @values) : $values[$index] // '');
    }
    return ($VCSAG_ERR_KEY_NOT_FOUND, '');
}

1;
"""
