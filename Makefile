# Everything happens in .venv, from the lock file. `make demo` and `make test` need Python 3.11 or later only.

PYTHON ?= python3
BIN := .venv/bin
# What to test: a folder or a file (`make test T=tests/index/vectors`). Everything is tested by two processes at a
# time, each file by one of them.
T ?=
JOBS ?= $(if $(T),0,2)
PYTEST = $(BIN)/python -m pytest -n $(JOBS) --dist loadfile
# On Linux the usual PyTorch brings gigabytes for GPUs; PyTorch's own index has one without. Empty takes the usual one.
TORCH_INDEX ?= $(if $(filter Linux,$(shell uname -s)),https://download.pytorch.org/whl/cpu)

# By a path alone: the usual way loads a finder of packages at each start, which is a third of the time until Python
# reaches the program.
EDITABLE := --no-build-isolation --config-settings editable_mode=compat --editable

# For use, PyTorch goes again once the fast encoder was made with it; `TORCH=keep` keeps it, for other models.
TORCH ?= drop
ONLY_FOR_TORCH = torch sentence-transformers transformers safetensors scikit-learn sympy mpmath networkx \
	joblib threadpoolctl narwhals
# What the usual PyTorch brings for GPUs: 3 GB in packages of which each release has others.
FOR_GPUS = $(BIN)/python -m pip list --format=freeze | sed -nE 's/^((nvidia|cuda)-[^=]*|triton)==.*/\1/p'

.PHONY: demo test quick check install develop format bench bench-quality bench-search bench-followups bench-slack scale check-slack bench-doors bench-model bench-ingest lock map docs clean audit torture

demo: install
	@$(BIN)/onrecord demo --home .demo

test: develop
	@$(PYTEST) $(T)

# The loop while you work: nothing that starts a process or a server, or loads a real model.
quick: develop
	@$(PYTEST) -m "not slow" $(T)

check: develop audit
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/test_structure.py tests/test_docs.py tests/test_reference.py

# Known holes in what is installed, and a list of all of it; without a network it says so.
audit: develop
	@$(BIN)/python -m tests.supply_chain

# What is promised, tried by force: takes hours. `make torture C=kill SEED=7 TRIALS=1` makes one trial again.
torture: develop
	@$(BIN)/python -m tests.benchmarks.torture $(C) $(if $(SEED),--seed $(SEED)) $(if $(TRIALS),--trials $(TRIALS))

# What users need; nothing to do where there is more.
install: $(if $(wildcard .venv/installed),.venv/installed,.venv/usable)

# What development needs.
develop: .venv/installed

# The stamps, written last, are what says that an installation was finished.
.venv/usable: requirements.lock pyproject.toml
	$(call begin,Installing into .venv$(comma) once: about 0.6 GB to download$(comma) 2 GB of disk meanwhile and 1 GB in the end; some minutes.)
	@$(BIN)/python -m pip install -qq -c requirements.lock $(EDITABLE) .
	@echo "Making the fast encoder from the embedding model, once."
	@XDG_CACHE_HOME="$(CURDIR)/.venv/share" $(BIN)/python -c \
		"from index.embedding.embedder import load_embedder; load_embedder(encoder='onnx-int8', tell=print)"
	@test "$(TORCH)" = keep || $(BIN)/python -m pip uninstall -qq --yes $(ONLY_FOR_TORCH) $$($(FOR_GPUS))
	@touch $@

.venv/installed: requirements.lock pyproject.toml
	$(call begin,Installing into .venv$(comma) once$(comma) with everything for development: about 2.5 GB; some minutes.)
	@$(BIN)/python -m pip install --quiet -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-deps $(EDITABLE) .
	@echo "Making the fast encoder from the embedding model, once; it is kept in the user's cache."
	@$(BIN)/python -c "from index.embedding.embedder import load_embedder; load_embedder(tell=print)"
	@touch $@

comma := ,
# Checks Python, says $(1), and makes an environment that has pip, setuptools and PyTorch.
define begin
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "On Record needs Python 3.11 or later, and \
	$(PYTHON) is %d.%d; name another: make PYTHON=python3.11" % sys.version_info[:2])'
	@echo "$(1)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --upgrade "$$(grep '^pip==' requirements.lock)" \
		"$$(grep '^setuptools==' requirements.lock)"
	@test -z "$(TORCH_INDEX)" || $(BIN)/python -m pip install --quiet --no-deps --retries 1 --timeout 15 \
		--index-url "$(TORCH_INDEX)" "$$(grep '^torch==' requirements.lock)" 2>/dev/null \
		|| echo "PyTorch without GPU support could not be had from $(TORCH_INDEX); the usual one is taken: 3 GB more to download, and for a while on the disk."
endef

format: develop
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Time, memory and disk; the first run takes an hour. `python -m tests.benchmarks.speed --help` has shorter ones.
bench: .venv/peers/installed
	@$(BIN)/python -m pip install -qq -c requirements.lock $(EDITABLE) ".[bench]"
	@$(BIN)/python -m tests.benchmarks.speed --home .bench --draw tests/benchmarks/growth.svg

bench-quality: .venv/peers/installed
	@.venv/peers/bin/python -m tests.benchmarks.quality --home .bench

# What quality and speed are compared with, in an environment that sees the project's own and keeps its pins.
.venv/peers/installed: .venv/installed
	@$(BIN)/python -m venv .venv/peers
	@echo "import site; site.addsitedir('$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')')" \
		> $$(.venv/peers/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/onrecord.pth
	@.venv/peers/bin/python -m pip install --quiet --upgrade pip
	@.venv/peers/bin/python -m pip install --quiet -c requirements.lock langchain-chroma langchain-text-splitters txtai
	@touch $@

bench-ingest: develop
	@$(BIN)/python -m tests.benchmarks.extraction
	@$(BIN)/python -m tests.benchmarks.refreshing

bench-followups: develop
	@$(BIN)/python -m tests.benchmarks.followups

bench-search: develop
	@$(BIN)/python -m tests.benchmarks.search_quality --home .bench

# With the model that ONRECORD_MODEL and ONRECORD_MODEL_URL name; without one, only the scripted ones.
bench-model: develop
	@$(BIN)/python -m tests.benchmarks.model

bench-slack: develop
	@$(BIN)/python -m tests.benchmarks.slack

# Several bots of one PostgreSQL and one Chroma server, of which some are killed: `make scale EVENTS=10000 KILLS=10`.
scale: develop
	@$(BIN)/python -m tests.benchmarks.scale $(if $(EVENTS),--events $(EVENTS)) $(if $(KILLS),--kills $(KILLS))

# Every call that the tests make, by Slack's own TypeScript types: needs node, and the network once.
check-slack: develop
	@$(BIN)/python -m tests.fakeslack.typed $(T)

# The page's check for accessibility is a test, and runs where this has put axe-core.
bench-doors: develop
	@if command -v npm > /dev/null; then npm install --silent --no-audit --no-fund --prefix .bench axe-core@4; fi
	@$(BIN)/python -m tests.benchmarks.doors
	@$(BIN)/python -m pytest tests/bot/http/test_page.py

# The pins of everything that is installed, development tools included.
lock:
	@$(BIN)/pip-compile --quiet --no-header --no-annotate --strip-extras --no-emit-index-url \
		--no-emit-find-links --no-emit-options --allow-unsafe --extra dev --output-file requirements.lock pyproject.toml
	@sed -i 's/^\(torch==[^+]*\)+.*/\1/' requirements.lock  # whichever build, the version is what is pinned

# Every module, with the first line of its docstring.
map: develop
	@$(BIN)/python -m tests.module_map

# The tables of settings, options and JSON fields, printed from the code into the READMEs.
docs: develop
	@$(BIN)/python -m tests.reference

clean:
	@rm -rf .venv .bench .demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
