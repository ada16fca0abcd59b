package dev.weft.daemon.metrics;

import java.util.List;
import java.util.Locale;

/**
 * The two text formats of metrics. {@link Metrics} writes the first; the second is converted from it, so both have the
 * same content.
 */
public enum MetricsFormat {
    /** The Prometheus text format 0.0.4. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8", "text/plain", "0.0.4"),
    /** OpenMetrics 1.0. */
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8", "application/openmetrics-text", "1.0.0");

    private static final String NO_WEIGHT = "1";
    private static final String HELP = "# HELP ";
    private static final String TYPE = "# TYPE ";
    private static final String TOTAL = "_total";
    private static final String THRESHOLD = "le=\"";
    private static final List<String> UNITS = List.of("seconds", "bytes");

    private final String contentType;
    private final String mediaType;
    private final String version;

    MetricsFormat(String contentType, String mediaType, String version) {
        this.contentType = contentType;
        this.mediaType = mediaType;
        this.version = version;
    }

    /** The value of the Content-Type field. */
    public String contentType() {
        return contentType;
    }

    /**
     * Returns the format that a client prefers (RFC 9110 section 12.5.1).
     *
     * @param accept value of the client's Accept field; empty if it has none
     * @return OpenMetrics if the client names it with a weight that is not below that of the Prometheus format
     */
    public static MetricsFormat accepted(String accept) {
        double open = 0;
        double text = 0;
        for (String range : accept.split(",", -1)) {
            open = Math.max(open, OPEN_METRICS.weight(range));
            text = Math.max(text, PROMETHEUS.weight(range));
        }
        return open > 0 && open >= text ? OPEN_METRICS : PROMETHEUS;
    }

    /**
     * Returns the weight that a media range gives to this format by name; 0 if it names another format or is malformed.
     */
    private double weight(String range) {
        String[] parts = range.split(";", -1);
        if (!parts[0].strip().equalsIgnoreCase(mediaType)) {
            return 0;
        }
        String weight = NO_WEIGHT;
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip().toLowerCase(Locale.ROOT);
            if (part.startsWith("version=")
                    && !part.substring("version=".length()).replace("\"", "").equals(version)) {
                return 0;
            }
            if (part.startsWith("q=")) {
                weight = part.substring("q=".length());
            }
        }
        try {
            double read = Double.parseDouble(weight);
            return read >= 0 && read <= 1 ? read : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /**
     * Returns metrics in this format.
     *
     * @param text metrics in the Prometheus text format 0.0.4, as {@link Metrics#text()} writes them
     */
    public String of(String text) {
        return this == PROMETHEUS ? text : openMetrics(text);
    }

    /**
     * Converts the Prometheus text format to OpenMetrics: removes {@code _total} from the names of counters' families,
     * declares the unit of a family whose name ends in one, writes bucket bounds as canonical floats, and ends the text
     * with {@code # EOF}.
     */
    private static String openMetrics(String text) {
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
        out.append(TYPE + family + " " + (type.equals("untyped") ? "unknown" : type) + "\n");
        UNITS.stream()
                .filter(unit -> family.endsWith("_" + unit))
                .forEach(unit -> out.append("# UNIT " + family + " " + unit + "\n"));
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
