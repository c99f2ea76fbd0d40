#!/usr/bin/perl
# Planned switch of the Oracle volumes from site A to site B.
use strict;
use warnings;

my ($A, $B) = ('IBM.2107-75FA120', 'IBM.2107-75FA150');
my @pairs = ('1260:1260', '1261:1261');

# One command; its lines without the banner, and its exit code.
sub dscli {
    my ($image, @command) = @_;
    open(my $out, '-|', 'dscli', '-cfg', "$ENV{PROFILES}/$image.profile", @command) or die "cannot start dscli: $!";
    my @lines = grep { !m{^Date/Time} } <$out>;
    close($out);
    chomp(@lines);
    return ($? >> 8, @lines);
}

sub states {
    my ($image) = @_;
    my ($code, @lines) = dscli($image, 'lspprc', '-fmt', 'delim', '-delim', '|', '-hdr', 'off', '1260-1261');
    die "lspprc at $image ended with $code: @lines\n" if $code;
    return map { (split /\|/)[1] } @lines;
}

sub run {
    my @command = @_;
    system(@command) == 0 or die "@command ended with " . ($? >> 8) . "\n";
}

for my $state (states($A)) { die "not duplex: $state\n" if $state ne 'Full Duplex' }

run('hagrp', '-offline', 'oragrp', '-sys', 'hosta');
run('hagrp', '-wait', 'oragrp', 'State', 'OFFLINE', '-sys', 'hosta', '-time', '300');

my ($code, @lines) = dscli($B, "failoverpprc -dev $B -remotedev $A -type mmir @pairs");
die "failover ended with $code: @lines\n" if $code or 2 != grep { /^CMUC00196I failoverpprc:/ } @lines;

# Failback from a script file, named by a path that is not absolute.
open(my $script, '>', 'failback.cli') or die $!;
print $script "# run at site B\nsetenv -banner off\nfailbackpprc -dev $B -remotedev $A -type mmir @pairs\nlspprc 1260\n";
close($script);
($code, @lines) = dscli($B, '-script', 'failback.cli');
die "failback ended with $code: @lines\n" if $code or 2 != grep { /^CMUC00197I failbackpprc:/ } @lines;

for (1 .. 40) {
    last unless grep { $_ ne 'Full Duplex' } states($B);
    run('sleep', '15');
}
run('hagrp', '-online', 'oragrp', '-sys', 'hostc');
run('hagrp', '-wait', 'oragrp', 'State', 'ONLINE', '-sys', 'hostc', '-time', '600');
chomp(my $state = `hagrp -state oragrp -sys hostc`);
print "oragrp is $state on hostc\n";
