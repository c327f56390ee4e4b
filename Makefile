# lungct. `make run` needs Go and make alone; `make test` installs what only the
# tests need. Variables can be given on the command line: make run ADDR=:8081

ADDR  ?= 127.0.0.1:8080
DATA  ?= data/sars-cov-2-ct
MODEL ?= weights/alexnet-512.safetensors

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

train: ## train the shipped model on DATA=folder
	@test -d "$(DATA)" || { echo "train: no folder $(DATA): name the data set with make train DATA=folder"; exit 1; }
	$(GO) run ./trainer train "$(DATA)" -o "$(MODEL)" --run runs/train \
		--train-folds 0-2 --val-folds 3 --hidden 512 --crop body --epochs 30 --compact f16 \
		--name "AlexNet-512" \
		--description "AlexNet of the 2020 paper's geometry with 512 hidden units instead of 4096. Trained on screenshots in a lung window, tightly cropped to the chest, without patient identities; groups are blocks of about 40 consecutive slices." \
		--data-name "SARS-CoV-2 CT-scan" \
		--data-source "Soares, Angelov et al. 2020, hospitals of Sao Paulo; re-encoded as grey" \
		--licence "CC BY-NC-SA 4.0 (as generally quoted): attribution, non-commercial, share alike"
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
