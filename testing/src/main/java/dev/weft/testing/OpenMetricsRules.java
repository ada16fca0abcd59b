package dev.weft.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks a text against the rules of OpenMetrics 1.0 that parsers enforce, as far as Weft's metrics need them. */
public final class OpenMetricsRules {

    private static final Pattern META = Pattern.compile("# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)");
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\n\"])*\"";
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:" + LABEL + "(?:," + LABEL
            + ")*)?})? ([+-]?(?:[0-9]+(?:\\.[0-9]+)?|Inf)|NaN)");
    private static final Pattern THRESHOLD = Pattern.compile("[{,]le=\"([^\"]*)\"");
    private static final Pattern CANONICAL = Pattern.compile("[0-9]+\\.[0-9]+|\\+Inf");
    private static final Pattern BARE_QUOTE = Pattern.compile("(?<!\\\\)\"");
    private static final Map<String, Set<String>> SUFFIXES = Map.of(
            "counter", Set.of("_total"),
            "gauge", Set.of(""),
            "histogram", Set.of("_bucket", "_sum", "_count"),
            "unknown", Set.of(""));

    private final List<String> problems = new ArrayList<>();
    private final Set<String> families = new HashSet<>();
    private final Set<String> series = new HashSet<>();
    private final Map<String, String> head = new HashMap<>();
    private String family = "";
    private boolean sampled;

    private OpenMetricsRules() {}

    /** Returns the problems of a text, a sentence for each bad line; empty if the text is valid. */
    public static List<String> problems(String text) {
        OpenMetricsRules rules = new OpenMetricsRules();
        if (!text.endsWith("\n# EOF\n")) {
            rules.problems.add("the text does not end in # EOF");
        }
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.equals("# EOF") || i < lines.size() - 1) {
                rules.read(line).ifPresent(problem -> rules.problems.add(problem + ": " + line));
            }
        }
        return rules.problems;
    }

    private Optional<String> read(String line) {
        Matcher meta = META.matcher(line);
        if (meta.matches()) {
            return meta(meta.group(1), meta.group(2), meta.group(3));
        }
        Matcher sample = SAMPLE.matcher(line);
        return sample.matches() ? sample(sample) : Optional.of("neither a head nor a sample");
    }

    private Optional<String> meta(String kind, String name, String rest) {
        if (!name.equals(family)) {
            if (!families.add(name)) {
                return Optional.of("a family that was there before");
            }
            family = name;
            sampled = false;
            head.clear();
        }
        if (sampled) {
            return Optional.of("a head after samples");
        }
        if (head.put(kind, rest) != null) {
            return Optional.of("a second " + kind);
        }
        return switch (kind) {
            case "TYPE" ->
                !SUFFIXES.containsKey(rest)
                        ? Optional.of("an unknown type")
                        : rest.equals("counter") && name.endsWith("_total")
                                ? Optional.of("a counter's family that ends in _total")
                                : Optional.empty();
            case "UNIT" -> name.endsWith("_" + rest) ? Optional.empty() : Optional.of("a unit that the name lacks");
            default -> BARE_QUOTE.matcher(rest).find() ? Optional.of("a quotation mark") : Optional.empty();
        };
    }

    private Optional<String> sample(Matcher sample) {
        sampled = true;
        String name = sample.group(1);
        String type = head.getOrDefault("TYPE", "");
        String suffix = name.startsWith(family) ? name.substring(family.length()) : "?";
        if (!SUFFIXES.getOrDefault(type, Set.of()).contains(suffix)) {
            return Optional.of("a sample that is none of its family's, whose type is \"" + type + "\"");
        }
        String labels = Optional.ofNullable(sample.group(2)).orElse("");
        if (!series.add(name + labels)) {
            return Optional.of("a series that was there before");
        }
        if (suffix.equals("_bucket")) {
            Matcher threshold = THRESHOLD.matcher(labels);
            if (!threshold.find() || !CANONICAL.matcher(threshold.group(1)).matches()) {
                return Optional.of("a bucket without a threshold that is a float");
            }
        }
        return type.equals("counter") && sample.group(3).startsWith("-")
                ? Optional.of("a counter below 0")
                : Optional.empty();
    }
}
