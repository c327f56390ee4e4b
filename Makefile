# lungct. `make run` needs Go and make alone; `make test` installs what only the
# tests need. Variables can be given on the command line: make run ADDR=:8081

ADDR  ?= 127.0.0.1:8080
SARS  ?= data/sars-cov-2-ct
COVID ?= data/covid-ct

BENCH_PEERS  ?= 1
BENCH_ROUNDS ?= 5

GO      ?= go
program := web/dist/lungct.wasm.gz
kernels := web/dist/kernels.wasm
runtime := web/dist/wasm_exec.js

# What the program is made of; the go command knows it better, and rebuilds only
# what differs.
sources := go.mod go.sum $(shell find alexnet internal wasm -path internal/bench -prune -o -type f ! -name '*_test.go' ! -path '*/testdata/*' -print)

.PHONY: help run wasm test bench train generate lint clean

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: wasm ## serve the page at http://$(ADDR)/
	$(GO) build -trimpath -o bin/server ./server
	exec bin/server -addr $(ADDR)

wasm: $(program) $(kernels) $(runtime) ## build the program that reads slices in the page

$(program): $(sources)
	GOOS=js GOARCH=wasm $(GO) build -trimpath -ldflags='-s -w' -o bin/lungct.wasm ./wasm
	gzip -9nc bin/lungct.wasm > $@.part
	mv $@.part $@
	@echo "wasm: $$(wc -c < bin/lungct.wasm) bytes, $$(wc -c < $@) compressed"

$(kernels): internal/kernel/simd.wasm
	cp $< $@

# wasm_exec.js and the program must come from the same Go.
$(runtime): $(program)
	cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" $@
	touch $@

test: wasm ## run every check
	scripts/test-prerequisites
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
		if [ -n "$$unformatted" ]; then echo "gofmt wants: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet ./wasm
	node_modules/.bin/tsc
	node --test --test-reporter=dot web/test/*.test.js
	GOOS=js GOARCH=wasm $(GO) test -exec="'$(CURDIR)/scripts/wasm-exec'" ./internal/kernel ./internal/ct ./internal/codec/jpeg2000 ./internal/selftest ./alexnet
	$(GO) test ./...

bench: wasm ## time lungct beside its peers, into docs/BENCHMARKS.md; BENCH_PEERS=0 leaves them out
	scripts/test-prerequisites
ifeq ($(BENCH_PEERS),0)
	$(GO) run ./internal/bench -rounds $(BENCH_ROUNDS) -peers=false
else
	internal/bench/_peers/install
	$(GO) run ./internal/bench -rounds $(BENCH_ROUNDS) -o docs/BENCHMARKS.md
endif

# The parts see one data set each, the whole both. weights/README.md has the scores.
parts := runs/train
train: ## train the default model on SARS=folder and COVID=folder
	@for set in "$(SARS)" "$(COVID)"; do \
		test -d "$$set" || { echo "train: no folder $$set: name the data sets with make train SARS=folder COVID=folder"; exit 1; }; done
	mkdir -p $(parts)
	$(GO) run ./trainer train "$(SARS)" -o $(parts)/default-sars.safetensors --train fold=0-2 --val fold=3 \
		--widths 32,96,192,128,128 --hidden 512 --crop body --dropout 0.4 --clip 5 --ema 0.99 --epochs 30
	$(GO) run ./trainer train "$(COVID)" -o $(parts)/default-covid-ct.safetensors \
		--widths 32,96,192,128,128 --hidden 512 --crop body --dropout 0.1 --clip 5 --ema 0.99 --epochs 80 \
		--optimizer adamw --lr 0.0005 --weight-decay 0.02 --teacher 0.8 --mix 0.3 \
		--augment medium --augment-contrast 0.1 --augment-brightness 0.03 --augment-gamma 0.1 --augment-window 0
	$(GO) run ./trainer join $(parts)/default-sars.safetensors $(parts)/default-covid-ct.safetensors \
		--gate "$(SARS)" --gate "$(COVID)" --favour 0.5 -o $(parts)/default-joined.safetensors
	$(GO) run ./trainer train "$(SARS)" "$(COVID)" -o $(parts)/default.safetensors --from $(parts)/default-joined.safetensors \
		--balance set-class --optimizer adamw --lr 2e-5 --warmup 0 --weight-decay 0 --clip 1 --epochs 3 --dropout 0.1 \
		--metric set-auc --augment light --augment-contrast 0.1 --augment-brightness 0.03
	$(GO) run ./trainer convert $(parts)/default.safetensors weights/default.safetensors --compact f16
	$(GO) run ./trainer index weights

generate: ## make generated files again
	test -x node_modules/.bin/asc || npm ci --no-audit --no-fund
	$(GO) generate ./...

lint: ## vet and staticcheck
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet ./wasm
	GOBIN="$(CURDIR)/bin" $(GO) install honnef.co/go/tools/cmd/staticcheck@latest
	bin/staticcheck ./...
	GOOS=js GOARCH=wasm bin/staticcheck ./wasm

clean: ## remove what was built
	rm -rf bin runs node_modules internal/bench/_peers/node_modules $(program) $(kernels) $(runtime)
