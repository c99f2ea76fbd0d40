"""The installer as a program: `python3 -I -S -B .../deploy`, started by `install` in the package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

try:
    from deploy.main import main
except (ImportError, OSError) as error:
    sys.exit(f"install: this package is damaged, or {sys.executable} is not a whole Python: {error}")

sys.exit(main(sys.argv[1:]))
