package dev.weft.kubernetes.inject;

import dev.weft.daemon.text.Guess;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds labels of pods and namespaces under {@code weft.dev/} that have no meaning, most often misspelt ones. */
public final class UnknownLabels {

    /** The labels that have a meaning. */
    static final List<String> KNOWN = List.of(Annotation.INJECT);

    /** Most labels of one object that are reported. */
    private static final int MAX_REPORTED = 8;

    private UnknownLabels() {}

    /** Returns the unknown keys of these labels, in order. */
    static List<String> of(Map<String, String> labels) {
        return labels.keySet().stream()
                .filter(key -> key.startsWith(Annotation.PREFIX) && !KNOWN.contains(key))
                .sorted()
                .toList();
    }

    /** Returns what is wrong with the labels of a pod or a namespace; empty if nothing is. */
    public static List<String> problems(Map<String, String> labels) {
        return of(labels).stream()
                .limit(MAX_REPORTED)
                .map(key -> "metadata.labels: unknown label " + key + hint(key))
                .toList();
    }

    private static String hint(String key) {
        if (isAnnotation(key)) {
            return "; this is an annotation, not a label";
        }
        String guess = Guess.question(Guess.near(key, KNOWN));
        return guess.isEmpty() ? " (expected: " + String.join(", ", KNOWN) + ")" : "; " + guess;
    }

    private static boolean isAnnotation(String key) {
        return Stream.concat(Annotation.OF_PODS.stream(), Annotation.OF_NAMESPACES.stream())
                .anyMatch(known -> known.key().equals(key));
    }
}
