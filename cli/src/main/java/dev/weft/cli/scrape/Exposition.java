package dev.weft.cli.scrape;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Merges texts in the Prometheus text format 0.0.4 into one: the head of each metric appears once, and each series gets
 * labels that say from which text it comes.
 */
public final class Exposition {

    private static final String HELP = "# HELP ";
    private static final String TYPE = "# TYPE ";

    private final Map<String, Family> families = new TreeMap<>();

    private static final class Family {
        private String help = "";
        private String type = "untyped";
        private final List<String> samples = new ArrayList<>();
    }

    /** Adds the series of a text, with these labels. */
    public void add(Map<String, String> whose, String text) {
        String labels = labels(whose);
        @Nullable Family current = null;
        for (String line : text.lines().toList()) {
            if (line.startsWith(HELP) || line.startsWith(TYPE)) {
                String[] words = line.substring(HELP.length()).split(" ", 2);
                current = families.computeIfAbsent(words[0], _ -> new Family());
                String rest = words.length > 1 ? words[1] : "";
                if (line.startsWith(HELP)) {
                    current.help = rest;
                } else {
                    current.type = rest;
                }
            } else if (!line.isBlank() && !line.startsWith("#")) {
                (current == null ? families.computeIfAbsent(name(line), _ -> new Family()) : current)
                        .samples.add(labelled(line, labels));
            }
        }
    }

    private static String name(String sample) {
        int end = 0;
        while (end < sample.length() && sample.charAt(end) != '{' && sample.charAt(end) != ' ') {
            end++;
        }
        return sample.substring(0, end);
    }

    private static String labelled(String sample, String labels) {
        String name = name(sample);
        String rest = sample.substring(name.length());
        if (!rest.startsWith("{")) {
            return name + "{" + labels + "}" + rest;
        }
        return name + "{" + labels + (rest.startsWith("{}") ? "" : ",") + rest.substring(1);
    }

    private static String labels(Map<String, String> whose) {
        StringJoiner labels = new StringJoiner(",");
        new TreeMap<>(whose)
                .forEach((name, value) -> labels.add(name + "=\""
                        + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\""));
        return labels.toString();
    }

    /** Returns the merged text. Metrics without series are included, so that Prometheus knows of them. */
    public String text() {
        StringBuilder out = new StringBuilder();
        families.forEach((name, family) -> {
            out.append(HELP).append(name).append(' ').append(family.help).append('\n');
            out.append(TYPE).append(name).append(' ').append(family.type).append('\n');
            family.samples.forEach(sample -> out.append(sample).append('\n'));
        });
        return out.toString();
    }
}
