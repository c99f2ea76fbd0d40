"""`hagrp`: service groups."""
