"""Large configurations, for what must grow linearly."""

GROUP = """
group grp{n} (
\tSystemList = {{ hosta = 0, hostb = 1, hostc = 2, hostd = 3 }}
\tSystemZones = {{ hosta = 0, hostb = 0, hostc = 1, hostd = 1 }}
\tAutoStartList = {{ hosta }}
\t)

\tMetroMirror grp{n}_mmir (
\t\tUser = admin
\t\tPasswdFile = "/opt/ibm/dscli/ds_pwfile"
\t\tHMC1 @hosta = "ds8000c.example.com"
\t\tHMC1 @hostb = "ds8000c.example.com"
\t\tHMC1 @hostc = "ds8000d.example.com"
\t\tHMC1 @hostd = "ds8000d.example.com"
\t\tLocalStorageImageID @hosta = "IBM.2107-75FA120"
\t\tLocalStorageImageID @hostb = "IBM.2107-75FA120"
\t\tLocalStorageImageID @hostc = "IBM.2107-75FA150"
\t\tLocalStorageImageID @hostd = "IBM.2107-75FA150"
\t\tRemoteStorageImageID @hosta = "IBM.2107-75FA150"
\t\tRemoteStorageImageID @hostb = "IBM.2107-75FA150"
\t\tRemoteStorageImageID @hostc = "IBM.2107-75FA120"
\t\tRemoteStorageImageID @hostd = "IBM.2107-75FA120"
\t\tVolIds = {{ 1260, 1261 }}
\t\t)

\tDiskGroup grp{n}_dg (
\t\tDiskGroup = grp{n}dg
\t\t)

\tIP grp{n}_ip (
\t\tDevice = eth0
\t\tAddress = "10.10.10.{address}"
\t\tNetMask = "255.255.255.0"
\t\t)

\tNIC grp{n}_nic (
\t\tDevice = eth0
\t\t)

\tgrp{n}_dg requires grp{n}_mmir
\tgrp{n}_ip requires grp{n}_nic

\t// resource dependency tree
\t//
\t//\tgroup grp{n}
\t//\t{{
\t//\tDiskGroup grp{n}_dg
\t//\t    {{
\t//\t    MetroMirror grp{n}_mmir
\t//\t    }}
\t//\t}}

"""

HEAD = """include "types.cf"
include "MetroMirrorTypes.cf"

cluster rdc1 (
\t)

system hosta ( )
system hostb ( )
system hostc ( )
system hostd ( )
"""


def large_configuration(size_bytes: int) -> str:
    """A valid main.cf of at least that size: as many groups as it takes."""
    parts = [HEAD]
    length = len(HEAD)
    while length < size_bytes:
        parts.append(GROUP.format(n=len(parts), address=len(parts) % 250 + 1))
        length += len(parts[-1])
    return "".join(parts)
