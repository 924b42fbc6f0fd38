# Sourced by ./start and ./test: the Python environment and the built front end, each behind a stamp file.

unset PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE

note() { printf '%s\n' "$*"; }
give_up() { printf '%s\n' "$*" >&2; exit 1; }

# The first Python that is new enough: the one in PATH, or one that pyenv keeps.
find_python() {
    for candidate in python3.13 python3.14 python3.12 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3; do
        path=$(command -v "$candidate" 2>/dev/null) || continue
        if "$path" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
            printf '%s\n' "$path"
            return
        fi
    done
}

prepare_python() {
    stamp=.venv/.installed
    if [ ! -f "$stamp" ] || ! cmp -s requirements.lock "$stamp"; then
        note "Installing what KubeLab needs (once) ..."
        if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
            [ -x .venv/bin/python ] || uv venv --quiet --python '>=3.12' .venv ||
                give_up "KubeLab needs Python 3.12 or newer, and uv could not get one."
            uv pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock ||
                give_up "Installing the Python packages failed; see above."
        else
            found=$(find_python)
            [ -n "$found" ] || give_up "KubeLab needs Python 3.12 or newer (with venv) or uv, and found neither."
            [ -x .venv/bin/python ] || "$found" -m venv .venv ||
                give_up "Could not make the environment in .venv with $found."
            .venv/bin/python -m pip install -qq --no-compile --disable-pip-version-check --require-hashes -r requirements.lock ||
                give_up "Installing the Python packages failed; see above."
        fi
        cp requirements.lock "$stamp"
    fi
    PATH="$PWD/.venv/bin:$PATH"
    VIRTUAL_ENV="$PWD/.venv"
    export PATH VIRTUAL_ENV
}

# The node in PATH if it is new enough, or else the one that comes with the Python packages.
node_works() { command -v node >/dev/null 2>&1 && node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' && command -v npm >/dev/null 2>&1; }

# The client library for JavaScript, which only a test needs.
prepare_clients() {
    node_works || give_up "The JavaScript client needs Node 20 or newer; the one in .venv does not run here."
    folder=tests/clients/javascript
    if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed"; then
        npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error || give_up "Installing the JavaScript client failed; see above."
        cp "$folder/package-lock.json" "$folder/node_modules/.installed"
    fi
}

prepare_pages() {
    node_works || give_up "Building the pages needs Node 20 or newer; the one in .venv does not run here."
    stamp=node_modules/.installed
    if [ ! -f "$stamp" ] || ! cmp -s package-lock.json "$stamp"; then
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || give_up "Installing the packages of the pages failed; see above."
        cp package-lock.json "$stamp"
    fi
    built=lab/static/built/.built
    if [ ! -f "$built" ] || [ -n "$(find lab/frontend package-lock.json -newer "$built" | head -n 1)" ]; then
        npm run --silent build || give_up "Building the pages failed; see above."
        touch "$built"
    fi
}
