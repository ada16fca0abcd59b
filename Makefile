# Weft: `make` alone says what there is.

SHELL := /bin/bash
# Maven's own libraries use what JDK 25 warns about.
export MAVEN_OPTS += --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
MVN = JAVA_HOME="$$(scripts/find-jdk)" mvn -B --no-transfer-progress
DIST := cli/target/dist
SOURCES := $(shell find pom.xml */pom.xml */src/main -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help build demo image test test-cluster fuzz bench scale soak chaos structure fmt clean dist

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: $(DIST)/.built ## the command, ./weft

$(DIST)/.built: $(SOURCES)
	@scripts/setup build
	@scripts/build

demo: ## the story in a minute: who calls whom, what the wire carries, who is refused and why
	@scripts/setup demo
	@$(MAKE) -s build
	@./weft demo

image: ## the container image, for Kubernetes: target/image/weft.tar, called IMAGE=weft:dev unless said otherwise
	@scripts/setup image
	@$(MAKE) -s build
	@IMAGE=$(or $(IMAGE),weft:dev) scripts/image

dist: ## the command with its own Java, for machines without one: archive, Debian package and Helm chart in target/dist
	@scripts/setup dist
	@$(MAKE) -s build
	@scripts/dist

test: ## every test, the end-to-end ones with real programs in network namespaces; one that passed only when it ran once more fails it, too
	@scripts/setup test
	@rm -rf */target/surefire-reports
	$(MVN) -T 2 --fail-at-end -Dsurefire.rerunFailingTestsCount=1 verify; status=$$?; scripts/failed-tests || status=1; exit $$status

test-cluster: ## the tests on the cluster that KUBECONFIG names, with the image WEFT_IMAGE (weft:dev) that its nodes have, injected by WEFT_ADMISSION
	@scripts/setup cluster
	@$(MAKE) -s build
	$(MVN) -pl e2e -am verify -Dtest='**/e2e/cluster/*Test' -Dweft.cluster=true -Dsurefire.failIfNoSpecifiedTests=false -Dtest.timeout.mode=disabled -Dtest.forks=1

fuzz: ## the fuzz tests, SECONDS each (60), or ONLY those with a name in theirs; ends at the first finding
	@scripts/setup fuzz
	@scripts/fuzz $(or $(SECONDS),60) $(ONLY)

bench: ## Weft beside HAProxy, nginx and stunnel: CPU per unit of work, on this machine
	@scripts/setup bench
	@scripts/build cli,bench
	@bench/run $(ARGS)

soak: ## 2,000 renewals of each certificate under load, some minutes: does memory stay flat?
	@scripts/setup test
	$(MVN) -pl e2e -am verify -Dtest=SoakTest -Dsurefire.failIfNoSpecifiedTests=false -Dtest.timeout.mode=disabled -Dweft.soak.renewals=$(or $(RENEWALS),2000)

chaos: ## faults at random under load: what may never happen does not; SECONDS=600 SEED=7 replays a schedule, ONLY=A,B narrows it
	@scripts/setup test
	$(MVN) -pl e2e -am verify -Dtest=ChaosTest -Dsurefire.failIfNoSpecifiedTests=false -Dtest.output.to.file=false -Dtest.timeout.mode=disabled -Dweft.chaos.seconds=$(or $(SECONDS),600) -Dweft.chaos.only=$(ONLY) -Dweft.chaos.seed=$(or $(SEED),$(shell date +%s))

scale: ## PODS=10000 pods in the API server that KUBECONFIG names, none of which runs: how long a change takes, what it costs (DISTURB="command" in the middle)
	@scripts/setup cluster
	$(MVN) -pl bench -am verify -Dtest=ClusterScaleTest -Dsurefire.failIfNoSpecifiedTests=false -Dtest.output.to.file=false -Dtest.timeout.mode=disabled -Dtest.forks=1 -Dweft.scale.pods=$(or $(PODS),10000) '-Dweft.scale.disturb=$(DISTURB)'

structure: ## the modules and the packages of each: which imports which, and how often
	@"$$(scripts/find-jdk)/bin/java" e2e/src/test/java/dev/weft/e2e/house/Structure.java

fmt: ## the format of all sources, as the build checks it
	@scripts/setup build
	$(MVN) -q spotless:apply

clean: ## removes everything that was built
	rm -rf target */target
