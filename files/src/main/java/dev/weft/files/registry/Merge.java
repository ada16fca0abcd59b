package dev.weft.files.registry;

import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.ProgramSpec;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.AddressContest;
import dev.weft.mesh.registry.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Merges the files of a registry: of each file the state that {@link ConflictResolution} selects. */
final class Merge {

    private static final String OF_A_FILE = ".of-a-file";

    private final Map<ObjectName, ProgramSpec> programs = new HashMap<>();
    private final Map<TrustDomain, TrustDomainObject> trustDomains = new HashMap<>();
    private final SortedMap<String, Revocation> revocations = new TreeMap<>();
    private final List<Parsed> taken = new ArrayList<>();
    private final List<FileError> errors = new ArrayList<>();
    private final Map<String, Set<String>> lost = new TreeMap<>();
    private Snapshot snapshot = Snapshot.EMPTY;

    /**
     * Merges the files. Files of operators come last and are always in force: limits are applied to other files so that
     * the operators' revocations fit.
     *
     * @param vanishing files that count although they are gone: nothing is said of them
     * @param before the objects that were in force before
     */
    Merge of(List<WatchedFile> files, Set<Path> vanishing, Snapshot before) {
        List<WatchedFile> operators =
                files.stream().filter(WatchedFile::ofOperators).toList();
        List<Revocation> ofOperators = operators.stream()
                .flatMap(file -> file.candidates().stream().limit(1))
                .flatMap(parsed -> parsed.objects().revocations().values().stream())
                .toList();
        List<WatchedFile> others =
                files.stream().filter(file -> !file.ofOperators()).toList();
        files.stream()
                .filter(file -> !vanishing.contains(file.file()))
                .forEach(file -> errors.addAll(file.latest().errors()));
        ConflictResolution contest = new ConflictResolution(others, ofOperators, vanishing);
        contest.winners().forEach((file, parsed) -> {
            take(parsed, false);
            file.taken(parsed);
        });
        errors.addAll(contest.errors());
        operators.forEach(file -> file.candidates().stream().limit(1).forEach(parsed -> {
            take(parsed, true);
            file.taken(parsed);
        }));
        giveAddresses(before);
        return this;
    }

    /**
     * Returns the objects that were in force in an earlier process, each with the addresses that it had.
     *
     * @param lost addresses that the objects claimed and did not get, by kind and name
     */
    static Snapshot former(Collection<WatchedFile> files, Map<String, Set<String>> lost) {
        Merge merge = new Merge();
        files.forEach(file -> file.taken().ifPresent(taken -> merge.take(taken.parsed(), file.ofOperators())));
        merge.lost.putAll(lost);
        return merge.withoutLost(merge.merged());
    }

    /** Gives each address to one object. */
    private void giveAddresses(Snapshot before) {
        Snapshot claimed = merged();
        List<AddressContest.Lost> all = AddressContest.lost(claimed, before);
        if (all.isEmpty()) {
            snapshot = claimed;
            return;
        }
        Map<String, FileError> places = places();
        for (AddressContest.Lost claim : all) {
            lost.computeIfAbsent(claim.object(), _ -> new TreeSet<>()).add(claim.address());
            FileError place = Objects.requireNonNull(places.get(claim.object()));
            FileError winner = Objects.requireNonNull(places.get(claim.winner()));
            errors.add(
                    new FileError(place.file(), place.line(), claim.object(), claim.problem() + ": " + winner.file()));
        }
        snapshot = withoutLost(claimed);
    }

    private Snapshot withoutLost(Snapshot claimed) {
        Map<ObjectName, AddressBook.Entry> workloadAddresses =
                new HashMap<>(claimed.addresses().workloads());
        Map<ObjectName, List<String>> serviceAddresses =
                new HashMap<>(claimed.addresses().services());
        claimed.workloads().forEach((name, workload) -> {
            Set<String> its = lost.getOrDefault("Workload " + name, Set.of());
            if (!its.isEmpty()) {
                List<String> left = without(claimed.addressesOf(workload), its);
                workloadAddresses.put(name, new AddressBook.Entry(left, claimed.ready(workload) && !left.isEmpty()));
            }
        });
        claimed.services().forEach((name, service) -> {
            Set<String> its = lost.getOrDefault("Service " + name, Set.of());
            if (!its.isEmpty()) {
                serviceAddresses.put(name, without(claimed.addressesOf(service), its));
            }
        });
        return claimed.withAddresses(new AddressBook(workloadAddresses, serviceAddresses));
    }

    private static List<String> without(List<String> addresses, Set<String> lost) {
        return addresses.stream().filter(address -> !lost.contains(address)).toList();
    }

    static int bytes(Collection<Revocation> revocations) {
        return revocations.stream().mapToInt(Revocation::size).sum();
    }

    private void take(Parsed file, boolean ofOperators) {
        taken.add(file);
        Snapshot objects = file.objects();
        programs.putAll(file.programs());
        if (ofOperators) {
            objects.trustDomains().values().forEach(this::disable);
            if (revocations.isEmpty()) {
                revocations.putAll(objects.revocations());
            } else {
                objects.revocations().values().forEach(this::revoke);
            }
        } else {
            trustDomains.putAll(objects.trustDomains());
            revocations.putAll(objects.revocations());
        }
    }

    /**
     * Applies an operator's entry for a trust domain. Operators only disable; the other settings of the trust domain
     * remain.
     */
    private void disable(TrustDomainObject disabled) {
        trustDomains.merge(disabled.trustDomain(), disabled, (said, _) -> said.in(disabled.state(), disabled.reason()));
    }

    /** Adds an operator's revocation. If a file has another revocation of the same name, both are in force. */
    private void revoke(Revocation revocation) {
        Revocation ofAFile = revocations.put(revocation.name(), revocation);
        if (ofAFile != null && !ofAFile.target().equals(revocation.target())) {
            revocations.put(revocation.name() + OF_A_FILE, ofAFile);
        }
    }

    /** Returns the addresses that objects claim and do not get, by kind and name. */
    Map<String, Set<String>> lost() {
        return Map.copyOf(lost);
    }

    Snapshot snapshot() {
        return snapshot;
    }

    private Snapshot merged() {
        return Snapshot.union(taken.stream().map(Parsed::objects).toList(), trustDomains, revocations);
    }

    /** Returns how the programs of the workloads are run. Settings of sidecars may be those of the namespaces. */
    Map<ObjectName, ProgramSpec> programs() {
        Map<ObjectName, ProgramSpec> all = new HashMap<>(programs);
        all.replaceAll((name, program) -> {
            Namespace namespace = snapshot.namespaces().get(name.namespace());
            return namespace == null ? program : program.withSidecar(namespace.sidecar());
        });
        return Map.copyOf(all);
    }

    /** Returns where each object in force is written, by kind and name. */
    Map<String, FileError> places() {
        Map<String, FileError> places = new HashMap<>();
        taken.forEach(file -> file.lines()
                .forEach((object, line) -> places.putIfAbsent(object, new FileError(file.file(), line, object, ""))));
        return places;
    }

    List<FileError> errors() {
        return List.copyOf(errors);
    }
}
