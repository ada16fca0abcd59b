package dev.weft.daemon.metrics;

import java.util.List;

/**
 * Converts the Prometheus text format 0.0.4 to OpenMetrics 1.0. It removes {@code _total} from the names of counters'
 * families, declares the unit of a family whose name ends in one, writes bucket bounds as canonical floats, and ends
 * the text with {@code # EOF}.
 */
final class OpenMetrics {

    private static final String HELP = "# HELP ";
    private static final String TYPE = "# TYPE ";
    private static final String TOTAL = "_total";
    private static final String THRESHOLD = "le=\"";
    private static final List<String> UNITS = List.of("seconds", "bytes");

    private OpenMetrics() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder(text.length() + text.length() / 8);
        String help = "";
        boolean histogram = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith(HELP)) {
                help = line.substring(HELP.length());
            } else if (line.startsWith(TYPE)) {
                String[] words = line.substring(TYPE.length()).split(" ", 2);
                histogram = words[1].equals("histogram");
                head(out, words[0], words[1], help);
                help = "";
            } else if (!line.isBlank() && !line.startsWith("#")) {
                sample(out, line, histogram);
            }
        }
        return out.append("# EOF\n").toString();
    }

    /** @param help name of the metric, a space and the help text */
    private static void head(StringBuilder out, String name, String type, String help) {
        String family = type.equals("counter") && name.endsWith(TOTAL)
                ? name.substring(0, name.length() - TOTAL.length())
                : name;
        out.append(TYPE)
                .append(family)
                .append(' ')
                .append(type.equals("untyped") ? "unknown" : type)
                .append('\n');
        UNITS.stream()
                .filter(unit -> family.endsWith("_" + unit))
                .forEach(unit -> out.append("# UNIT ")
                        .append(family)
                        .append(' ')
                        .append(unit)
                        .append('\n'));
        if (help.startsWith(name + " ")) {
            // The older format does not escape quotation marks in help texts; OpenMetrics does.
            String sentence = help.substring(name.length() + 1).replace("\"", "\\\"");
            out.append(HELP).append(family).append(' ').append(sentence).append('\n');
        }
    }

    /** Writes a sample. {@link DurationHistogram} writes {@code le} last, and its value needs no escapes. */
    private static void sample(StringBuilder out, String line, boolean histogram) {
        int threshold = histogram ? line.lastIndexOf(THRESHOLD) : -1;
        int end = threshold < 0 ? -1 : line.indexOf('"', threshold + THRESHOLD.length());
        if (end < 0) {
            out.append(line).append('\n');
            return;
        }
        String value = line.substring(threshold + THRESHOLD.length(), end);
        out.append(line, 0, end);
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            out.append(".0");
        }
        out.append(line, end, line.length()).append('\n');
    }
}
