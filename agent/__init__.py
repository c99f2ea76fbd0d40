"""The VCS agent for IBM Metro Mirror: the code that runs in production on the cluster nodes.

Standard library and pexpect only, Python 3.9 and later. Nothing here knows whether the array behind the DS CLI is real.
"""
