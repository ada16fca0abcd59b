package dev.weft.e2e.house;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Which packages, or groups of packages, import which, and how often. */
final class Imports {

    private final SortedMap<String, SortedMap<String, Integer>> counts = new TreeMap<>();

    /** Those of these files. */
    static Imports of(List<Source> sources) {
        Imports imports = new Imports();
        for (Source source : sources) {
            imports.counts.computeIfAbsent(source.packageName(), _ -> new TreeMap<>());
            source.imports().forEach(imported -> imports.add(source.packageName(), imported, 1));
        }
        return imports;
    }

    private void add(String from, String to, int count) {
        counts.computeIfAbsent(from, _ -> new TreeMap<>());
        counts.computeIfAbsent(to, _ -> new TreeMap<>());
        if (!from.equals(to)) {
            counts.get(from).merge(to, count, Integer::sum);
        }
    }

    /** The same between groups: packages of the same name here are one. */
    Imports grouped(UnaryOperator<String> group) {
        Imports imports = new Imports();
        counts.forEach((from, all) -> {
            imports.counts.computeIfAbsent(group.apply(from), _ -> new TreeMap<>());
            all.forEach((to, count) -> imports.add(group.apply(from), group.apply(to), count));
        });
        return imports;
    }

    /** What this one imports, and how often. */
    SortedMap<String, Integer> of(String name) {
        return counts.getOrDefault(name, new TreeMap<>());
    }

    /** Groups of those that import each other, directly or not. */
    List<Set<String>> cycles() {
        List<Set<String>> cycles = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (String name : counts.keySet()) {
            Set<String> cycle = new TreeSet<>(reached(name));
            cycle.removeIf(other -> !reached(other).contains(name));
            if (!cycle.isEmpty() && done.add(cycle.iterator().next())) {
                cycles.add(cycle);
            }
        }
        return cycles;
    }

    private Set<String> reached(String name) {
        Set<String> reached = new HashSet<>();
        List<String> next = new ArrayList<>(of(name).keySet());
        while (!next.isEmpty()) {
            String other = next.removeLast();
            if (reached.add(other)) {
                next.addAll(of(other).keySet());
            }
        }
        return reached;
    }

    /** All, each after those that it imports. */
    List<String> fromTheGroundUp() {
        List<String> order = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        counts.keySet().forEach(name -> after(name, seen, order));
        return order;
    }

    private void after(String name, Set<String> seen, List<String> order) {
        if (seen.add(name)) {
            of(name).keySet().forEach(other -> after(other, seen, order));
            order.add(name);
        }
    }
}
