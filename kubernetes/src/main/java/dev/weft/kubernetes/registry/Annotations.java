package dev.weft.kubernetes.registry;

import dev.weft.daemon.text.Guess;
import dev.weft.mesh.kind.SidecarSetting;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads annotations, and collects the problems in them. */
final class Annotations {

    private static final int MAX_PORTS = 1024;

    private static final int MAX_PORT = 65_535;
    private static final int MAX_SHOWN = 80;

    /** Prefix of the annotations that Weft gives a meaning. */
    private static final String OURS = "weft.dev/";

    /** Most unknown annotations of one object that are reported. */
    private static final int MAX_UNKNOWN = 8;

    private final Map<String, String> all;
    private final List<String> problems = new ArrayList<>();

    Annotations(@Nullable Map<String, String> all) {
        this.all = all == null ? Map.of() : all;
    }

    /** Reads ports that are separated by commas; empty if there is no such annotation, or it cannot be read. */
    Set<Integer> ports(String key) {
        String text = all.getOrDefault(key, "");
        Set<Integer> ports = new LinkedHashSet<>();
        if (text.isBlank()) {
            return ports;
        }
        for (String part : text.split(",", -1)) {
            String digits = part.strip();
            int port = digits.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(digits) : 0;
            if (port < 1 || port > MAX_PORT || ports.size() == MAX_PORTS) {
                problem(key, text, " (expected: at most " + MAX_PORTS + " ports from 1 to 65535, separated by commas)");
                return Set.of();
            }
            ports.add(port);
        }
        return ports;
    }

    /** Reads one of several words; empty if there is no such annotation, or it has another value. */
    <E> Optional<E> word(String key, Map<String, E> words) {
        String text = all.get(key);
        E word = text == null ? null : words.get(text);
        if (text != null && word == null) {
            String guess = Guess.question(Guess.near(text, words.keySet()));
            problem(
                    key,
                    text,
                    " (expected: " + String.join(", ", new TreeSet<>(words.keySet())) + ")"
                            + (guess.isEmpty() ? "" : "; " + guess));
        }
        return Optional.ofNullable(word);
    }

    /** Reports a setting of sidecars that is not valid, so that new pods get the default. */
    void checkSetting(SidecarSetting setting) {
        String text = all.get(setting.annotation());
        if (text != null && !setting.accepts(text)) {
            String otherwise = setting.defaultText().isEmpty() ? "none" : setting.defaultText();
            problem(
                    setting.annotation(),
                    text,
                    " (expected: " + setting.expected() + "); new pods get the default, " + otherwise);
        }
    }

    /** Whether all annotations under {@code weft.dev/} are among these; each other one becomes a problem. */
    boolean areAmong(List<String> known) {
        List<String> unknown = all.keySet().stream()
                .filter(key -> key.startsWith(OURS) && !known.contains(key))
                .sorted()
                .toList();
        unknown.stream().limit(MAX_UNKNOWN).forEach(key -> {
            String guess = Guess.question(Guess.near(key, known));
            problems.add("metadata.annotations: unknown annotation " + key
                    + (guess.isEmpty() ? " (expected: " + String.join(", ", known) + ")" : "; " + guess));
        });
        return unknown.isEmpty();
    }

    void differ(String one, String other) {
        problems.add("metadata.annotations: " + one + " and " + other
                + " mean the same, and have different values (expected: one of them)");
    }

    boolean has(String key) {
        return all.containsKey(key);
    }

    private void problem(String key, String text, String expected) {
        String shown = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        problems.add("metadata.annotations." + key + ": " + shown + expected);
    }

    List<String> problems() {
        return problems;
    }
}
