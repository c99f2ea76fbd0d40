#!/usr/bin/perl
# A monitoring plugin: every pair Full Duplex, every path Success, read by the names of the columns.
use strict; use warnings;
my ($profile, $lss, @volumes) = @ARGV;
sub dscli { my @lines = `dscli -cfg $profile @_ 2>&1`; return ($? >> 8, @lines) }
my ($code, @lines) = dscli("lspprc -l -fullid -fmt delim -delim , -bnr off @volumes");
if ($code) { print "UNKNOWN - exit $code: $lines[0]"; exit 3 }
chomp(my $head = shift @lines);
my @names = split /,/, $head;
shift @lines if $lines[0] =~ /^=+$/;
my ($pairs, $left, %bad) = (0, 0);
for (@lines) {
    chomp;
    my %row;
    @row{@names} = split /,/, $_, -1;
    $pairs++;
    $left += $row{'Out Of Sync Tracks'};
    $bad{"$row{ID} $row{State} $row{Reason}"}++ unless $row{State} =~ /^(Target )?Full Duplex$/;
}
my ($other, @paths) = dscli("lspprcpath -fmt delim -delim , -hdr off -bnr off $lss");
my @failed = grep { /,/ && (split /,/)[2] ne 'Success' } @paths;
if (%bad || @failed) { print "CRITICAL - @{[sort keys %bad]} failed paths: ${\scalar @failed} left: $left\n"; exit 2 }
print "OK - $pairs pairs, ${\scalar @paths} paths, left: $left\n";
