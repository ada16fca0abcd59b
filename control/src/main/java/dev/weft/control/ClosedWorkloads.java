package dev.weft.control;

import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The workloads that admit nobody, as of the last change. A policy of a namespace may close all of its workloads. */
final class ClosedWorkloads {

    /** Most of them that are reported at once. */
    static final int MAX_REPORTED = 1_000;

    private volatile Map<String, String> closed = Map.of();

    /**
     * Replaces them.
     *
     * @param now the workloads, by name, each with the reason
     * @return a line for the log if there are new ones
     */
    Optional<String> become(Map<String, String> now) {
        Map<String, String> before = closed;
        closed = now;
        List<Map.Entry<String, String>> added = now.entrySet().stream()
                .filter(each -> !before.containsKey(each.getKey()))
                .toList();
        return added.stream().findFirst().map(first -> line(added.size(), first.getKey(), first.getValue()));
    }

    private static String line(int count, String first, String reason) {
        return count == 1
                ? "Workload " + first + ": " + reason
                : count + " workloads admit nobody; the first is " + first + ": " + reason;
    }

    /** @param source returns the source of the workload of this name */
    List<LoadError> errors(Function<String, Source> source) {
        return closed.entrySet().stream()
                .limit(MAX_REPORTED)
                .map(each -> new LoadError(source.apply(each.getKey()), each.getValue()))
                .toList();
    }
}
