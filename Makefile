# Everything there is to run; each target first sets up what it needs, once.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo lab lab-stop lab-soak test test-lab test-lab-long crash-matrix bench-quick bench mutants watch report-check prove prove-clean lint style synth deploy deploy-target docs locks clean

ARGS ?=
ROUNDS ?= 50
SEED ?=

export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

find_node = node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && echo node
need_node = $(if $(shell $(find_node)),,$(error Snapback needs Node.js 20 or newer and does not\
	find it: install it and run make again))

cdk = node_modules/.bin/cdk
uv = .venv/bin/uv pip
lock = $(uv) compile --quiet --universal --generate-hashes --python-version 3.12 --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make locks'
lab_context = {"asset": "lab", "timings": {"observe_seconds": 2, "position_margin_seconds": 10, "late_seconds": 30}, \
	"min_interval_seconds": 1, "max_open_experiments": 100}
proof_needs = $(if $(findstring --lab,$(ARGS)),.venv-lab/ready build/functions-lab.ready,build/functions-aws.ready)
stack_inputs := app.py cdk.json $(shell find infra gamedays statemachines -name '*.py' -o -name '*.json')

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*##  */  \1\t/p' Makefile | expand -t 18

demo: .venv/ready .venv-lab/ready build/assembly-lab.ready  ## Run an experiment on a local AWS and watch it put everything back
	@.venv/bin/python -m lab.demo --assembly build/assembly-lab $(ARGS)

lab: .venv/ready .venv-lab/ready build/assembly-lab.ready  ## Start a local AWS with Snapback and a sample workload
	.venv/bin/python -m lab deploy --assembly build/assembly-lab $(ARGS)

lab-stop: .venv/ready  ## Stop the local AWS
	.venv/bin/python -m lab stop

lab-soak: .venv/ready .venv-lab/ready build/functions-lab.ready  ## Disturb many experiments at random: make lab-soak ROUNDS=50 SEED=7
	@.venv/bin/python -m lab.soak --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

test: style build/functions-aws.ready build/functions-lab.ready  ## Check the code and run every test that needs no lab
	@.venv/bin/mypy > build/types.txt 2>&1 & types=$$!; \
	.venv/bin/pytest --ignore tests/lab -n auto --dist loadgroup $(ARGS); tests=$$?; \
	wait $$types; types=$$?; cat build/types.txt; [ $$tests$$types = 00 ]

test-lab: .venv/ready .venv-lab/ready build/assembly-lab.ready  ## Run the tests on the local AWS
	.venv/bin/pytest tests/lab -m "not long" $(ARGS)

test-lab-long: .venv/ready .venv-lab/ready build/assembly-lab.ready  ## Run the tests on the local AWS that take minutes each
	.venv/bin/pytest tests/lab -m long $(ARGS)

crash-matrix: .venv/ready  ## Fail every AWS call in every way and write docs/crash-matrix.md: a quarter of an hour
	.venv/bin/python -m tests.crash_matrix $(ARGS)

bench-quick: .venv/ready build/bench.ready build/functions-lab.ready  ## Measure calls, time and cost beside other tools, and hold them against the goals
	@.venv/bin/python -m benchmarks $(ARGS)

bench: .venv/ready .venv-lab/ready build/bench.ready build/assembly-lab.ready  ## The same up to 1,000 mappings and on the lab; writes docs/benchmarks.md and docs/cost.md
	@.venv/bin/python -m benchmarks --full --assembly build/assembly-lab $(ARGS)

mutants: .venv/ready  ## Make small changes to the code at random and name those that no test notices: make mutants ARGS='--minutes 45'
	.venv/bin/python -m tests.mutants $(ARGS)

watch: .venv/ready  ## Show a running experiment, on AWS or the lab: make watch EXECUTION=name
	.venv/bin/python -m watch $(EXECUTION) $(ARGS)

report-check: .venv/ready  ## Render the report's page in headless Chromium and hold it against its JSON
	.venv/bin/python -m tests.report_page.check $(ARGS)

prove: .venv/ready $(proof_needs)  ## Ask your AWS account what only AWS can show: make prove ARGS='--profile sandbox'
	@.venv/bin/python -m prove $(ARGS)

prove-clean: .venv/ready  ## Remove what a run of prove left: make prove-clean ARGS='--profile sandbox'
	@.venv/bin/python -m prove --clean $(ARGS)

lint: style  ## Check style and types
	.venv/bin/mypy

style: .venv/ready  ## Check style
	.venv/bin/ruff check
	.venv/bin/ruff format --check

synth: node_modules/ready  ## Write the CloudFormation template to cdk.out
	$(cdk) synth --quiet $(ARGS)

deploy: node_modules/ready  ## Deploy to your AWS account: make deploy ARGS='--profile me'
	$(cdk) deploy Snapback $(ARGS)

deploy-target: node_modules/ready  ## Deploy the role that Snapback assumes in another account: see README.md
	$(cdk) deploy SnapbackTarget $(ARGS)

docs: .venv/ready  ## Write the generated pages in docs/
	.venv/bin/python -m infra.reference

locks: .venv/ready  ## Resolve requirements/*.in and package.json anew
	$(lock) requirements/uv.in -o requirements/uv.txt
	$(lock) requirements/functions.in -o requirements/functions.txt
	$(lock) requirements/dev.in -o requirements/dev.txt --constraints requirements/functions.txt
	$(lock) requirements/lab.in -o requirements/lab.txt
	$(lock) requirements/bench.in -o requirements/bench.txt --no-deps
	npm install --package-lock-only --ignore-scripts

clean:  ## Remove everything these targets made
	-[ ! -x .venv/bin/python ] || .venv/bin/python -m lab stop
	rm -rf .venv .venv-lab build cdk.out node_modules out

.venv/ready: FORCE | node_modules/ready
	@sh setup.sh environment

.venv-lab/ready: requirements/lab.txt | .venv/ready
	@echo "Installing the lab's environment (about 400 MB, once)…"
	.venv/bin/python -m venv --clear --without-pip .venv-lab
	TMPDIR=$(CURDIR)/.venv-lab $(uv) install --quiet --python .venv-lab --require-hashes -r requirements/lab.txt
	@touch $@

build/bench.ready: requirements/bench.txt | .venv/ready
	@echo "Installing what the benchmarks compare with (about 2 MB, once)…"
	rm -rf build/bench
	TMPDIR=$(CURDIR)/.venv $(uv) install --quiet --python .venv --target build/bench --no-deps \
		--require-hashes -r requirements/bench.txt
	@touch $@

node_modules/ready: package.json package-lock.json
	$(need_node)@echo "Installing the command line of CDK (about 40 MB, once)…"
	npm ci --silent --ignore-scripts
	@touch $@

build/functions-%.ready: .venv/ready FORCE
	@sh setup.sh functions $*

build/assembly-lab.ready: Makefile $(stack_inputs) build/functions-lab.ready
	@echo "Synthesizing Snapback for the lab…"
	CDK_OUTDIR=build/assembly-lab CDK_CONTEXT_JSON='$(lab_context)' .venv/bin/python app.py
	@touch $@

FORCE:  # setup.sh says what is out of date
