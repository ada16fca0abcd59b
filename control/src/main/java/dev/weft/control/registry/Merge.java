package dev.weft.control.registry;

import dev.weft.identity.spiffe.TrustDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts the files of a registry together. An object that two files have is an error of the later one, which then counts with its last valid state or not at all. */
final class Merge {

    /** Revocations in force at once: more would not fit into what a proxy takes at a time. */
    static final int MAX_REVOCATIONS = 10_000;

    /** Trust domains besides the own: each proxy holds a bundle of each. */
    static final int MAX_TRUST_DOMAINS = 1000;

    private final Map<ObjectName, Workload> workloads = new TreeMap<>();
    private final Map<ObjectName, Service> services = new TreeMap<>();
    private final Map<ObjectName, SelectingPolicy> policies = new TreeMap<>();
    private final Map<String, Namespace> namespaces = new TreeMap<>();
    private final Map<ObjectName, AddressBook.Entry> workloadAddresses = new HashMap<>();
    private final Map<ObjectName, List<String>> serviceAddresses = new HashMap<>();
    private final Map<TrustDomain, TrustDomainObject> trustDomains = new HashMap<>();
    private final Map<String, Revocation> revocations = new HashMap<>();
    private final List<Parsed> taken = new ArrayList<>();
    private final List<LoadError> errors = new ArrayList<>();

    Merge of(List<WatchedFile> files) {
        for (WatchedFile file : files) {
            errors.addAll(file.latest().errors());
            Optional<Parsed> valid = file.valid();
            if (valid.isPresent() && !clashes(valid.get()) && fits(valid.get())) {
                take(valid.get());
            }
        }
        return this;
    }

    private boolean clashes(Parsed file) {
        boolean clashes = false;
        for (Parsed other : taken) {
            TreeSet<String> shared = file.sharedWith(other);
            for (String object : shared) {
                clashes = true;
                errors.add(new LoadError(
                        file.file(), file.lines().getOrDefault(object, 0), object + ": also in " + other.file()));
            }
        }
        return clashes;
    }

    private boolean fits(Parsed file) {
        Snapshot objects = file.objects();
        return fits(
                        file,
                        "Revocations",
                        revocations.size() + objects.revocations().size(),
                        MAX_REVOCATIONS)
                && fits(
                        file,
                        "TrustDomains",
                        trustDomains.size() + objects.trustDomains().size(),
                        MAX_TRUST_DOMAINS);
    }

    private boolean fits(Parsed file, String kind, int number, int most) {
        if (number > most) {
            errors.add(new LoadError(
                    file.file(), 0, "with this file " + number + " " + kind + " (expected: at most " + most + ")"));
        }
        return number <= most;
    }

    private void take(Parsed file) {
        taken.add(file);
        Snapshot objects = file.objects();
        workloads.putAll(objects.workloads());
        services.putAll(objects.services());
        policies.putAll(objects.policies());
        namespaces.putAll(objects.namespaces());
        workloadAddresses.putAll(objects.addresses().workloads());
        serviceAddresses.putAll(objects.addresses().services());
        trustDomains.putAll(objects.trustDomains());
        revocations.putAll(objects.revocations());
    }

    Snapshot snapshot() {
        return new Snapshot(
                workloads,
                services,
                policies,
                namespaces,
                new AddressBook(workloadAddresses, serviceAddresses),
                trustDomains,
                revocations);
    }

    List<LoadError> errors() {
        return List.copyOf(errors);
    }
}
