package dev.weft.control.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts the files of a registry together. An object that two files have is an error of the later one, which then counts with its last valid state or not at all. */
final class Merge {

    private final Map<ObjectName, Workload> workloads = new TreeMap<>();
    private final Map<ObjectName, Service> services = new TreeMap<>();
    private final Map<ObjectName, SelectingPolicy> policies = new TreeMap<>();
    private final Map<String, Namespace> namespaces = new TreeMap<>();
    private final Map<ObjectName, AddressBook.Entry> workloadAddresses = new HashMap<>();
    private final Map<ObjectName, List<String>> serviceAddresses = new HashMap<>();
    private final List<Parsed> taken = new ArrayList<>();
    private final List<LoadError> errors = new ArrayList<>();

    Merge of(List<WatchedFile> files) {
        for (WatchedFile file : files) {
            errors.addAll(file.latest().errors());
            Optional<Parsed> valid = file.valid();
            if (valid.isPresent() && !clashes(valid.get())) {
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

    private void take(Parsed file) {
        taken.add(file);
        Snapshot objects = file.objects();
        workloads.putAll(objects.workloads());
        services.putAll(objects.services());
        policies.putAll(objects.policies());
        namespaces.putAll(objects.namespaces());
        workloadAddresses.putAll(objects.addresses().workloads());
        serviceAddresses.putAll(objects.addresses().services());
    }

    Snapshot snapshot() {
        return new Snapshot(
                workloads, services, policies, namespaces, new AddressBook(workloadAddresses, serviceAddresses));
    }

    List<LoadError> errors() {
        return List.copyOf(errors);
    }
}
