#!/bin/sh
# Sets up what the CDK app needs and what is missing or out of date. cdk.json runs this before the
# app, so that `cdk synth` works from a fresh clone; the Makefile runs it for its own targets.
#
#   sh setup.sh                both of the following, for AWS
#   sh setup.sh environment    .venv, from the hashed requirements
#   sh setup.sh functions lab  build/functions-lab, the code of the functions for the lab
#
# PYTHON names the interpreter to use. Messages go to standard error: standard output is the
# template's.

set -eu
cd "$(dirname "$0")"
exec >&2

environment() {
    if [ -x .venv/bin/python ] && [ -e .venv/ready ] &&
        [ -z "$(find requirements/uv.txt requirements/dev.txt -newer .venv/ready)" ]
    then
        return
    fi
    python=$(supported_python)
    echo "Installing the project's environment in .venv (about 550 MB, once)…"
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
    TMPDIR=$PWD/.venv .venv/bin/uv pip install --quiet --python .venv --require-hashes \
        -r requirements/dev.txt
    touch .venv/ready
}

functions() {
    folder=build/functions-$1
    made_from=$(checksums)
    if [ -d "$folder" ] && [ "$made_from" = "$(cat "$folder.ready" 2>/dev/null)" ]
    then
        return
    fi
    echo "Building the functions in $folder…"
    .venv/bin/python -m infra.asset "$1"
    echo "$made_from" > "$folder.ready"
}

# Content, not times: no time says that a file was removed from functions/.
checksums() {
    find functions infra/asset.py infra/permissions.py requirements/functions.txt .venv/pyvenv.cfg \
        -type f ! -path '*/__pycache__/*' -exec cksum {} + | sort
}

supported_python() {
    for each in ${PYTHON:-python3 python3.13 python3.12}
    do
        if "$each" -c 'import sys; sys.exit(not (3, 12) <= sys.version_info < (3, 14))' 2>/dev/null
        then
            echo "$each"
            return
        fi
    done
    echo "Snapback needs Python 3.12 or 3.13 and finds neither: install one," \
        "or name it with PYTHON=/path/to/python3" >&2
    return 1
}

case ${1-all} in
    all)
        environment
        functions aws
        ;;
    *) "$@" ;;
esac
