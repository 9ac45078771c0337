# Hankintaverkko: what a person types.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check bench golden generated clean

run: .venv/ready  ## build the graph if its sources changed, and serve it on http://127.0.0.1:8000
	$(BIN)/hankinta build
	$(BIN)/hankinta serve

test: .venv/ready  ## all tests that need nothing else installed, under five minutes on two cores
	$(BIN)/python -m pytest -n 3 --dist loadgroup -m "not long"

check: .venv/ready  ## style, types, layers, docstrings, Turtle, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate -q ontology shapes loaders sparql server tests benchmarks
	$(BIN)/python -m ontology.layout --check
	$(BIN)/python -m ontology.context --check
	$(BIN)/python -m docs.generate --check

generated: .venv/ready  ## write again what is generated and committed
	$(BIN)/python -m ontology.layout
	$(BIN)/python -m ontology.context
	$(BIN)/python -m docs.generate

bench: .venv/ready  ## speed and memory beside rdflib, and of the service beside its peers, as ratios of one run each
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.service

golden: .venv/ready  ## write the golden files again; read the diff before you commit it
	$(BIN)/python -m pytest tests/golden --regenerate

clean:
	rm -rf .venv var

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch .venv/ready
