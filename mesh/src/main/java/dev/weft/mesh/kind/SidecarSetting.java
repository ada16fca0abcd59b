package dev.weft.mesh.kind;

import java.util.List;

/**
 * A setting of a workload's sidecar that its owner may choose: an annotation of the Workload in files, and of the pod
 * on Kubernetes. As an annotation of a namespace it holds for all of its workloads that do not have it themselves.
 *
 * @param name the sidecar's flag; with {@link #PREFIX}, the annotation
 * @param pattern regular expression that a whole value must match; it means the same in Java and RE2
 * @param expected description of valid values, for messages
 * @param defaultText the default value; may be empty
 */
public record SidecarSetting(
        String name, String pattern, String expected, String example, String meaning, String defaultText) {

    /** The prefix of the annotations. */
    public static final String PREFIX = Kind.GROUP + "/";

    /** Matches a port number. */
    public static final String PORT =
            "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]";

    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    /** A name whose last label begins with a digit would be taken for an address. */
    private static final String LAST_LABEL = "[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
    private static final String IPV4 = OCTET + "([.]" + OCTET + "){3}";

    /** Most characters of a value. */
    public static final int MAX_LENGTH = 512;

    /** All settings. */
    public static final List<SidecarSetting> ALL = List.of(
            new SidecarSetting(
                    "otlp-endpoint",
                    "http://((" + LABEL + "[.])*" + LAST_LABEL + "|" + IPV4 + "|\\[" + ipv6() + "\\])(:(" + PORT
                            + "))?(/[A-Za-z0-9._~/-]{0,200})?",
                    "a collector's URL, as http://10.0.0.7:4318",
                    "http://10.0.0.7:4318",
                    "URL of the collector that gets spans of requests.",
                    ""),
            new SidecarSetting(
                    "trace-ratio",
                    "0([.][0-9]{1,9})?|1([.]0{1,9})?",
                    "a number from 0 to 1",
                    "0.5",
                    "Share of requests without a trace that are traced, from 0 to 1.",
                    "0.01"),
            new SidecarSetting(
                    "access-log-calls",
                    "true|false",
                    "true, or false",
                    "true",
                    "Whether the access log has a line for each request that the workload makes.",
                    "false"),
            new SidecarSetting(
                    "detect-http",
                    "([0-9]|10)s|([0-9]{1,4}|10000)ms",
                    "a time from 0s to 10s, as 20ms",
                    "0s",
                    "How long a connection to a port without a declared protocol may be silent before it counts as"
                            + " bytes; 0s turns detection off.",
                    "20ms"),
            new SidecarSetting(
                    "detect-declared",
                    "([1-9]|10)s|([1-9][0-9]{1,3}|10000)ms",
                    "a time from 10ms to 10s, as 300ms",
                    "1s",
                    "How long a connection to a port that is declared to speak HTTP, or has routes, may be silent"
                            + " before it counts as bytes.",
                    "300ms"),
            new SidecarSetting(
                    "first-head",
                    "([1-9]|10)m|([1-9][0-9]?|[1-5][0-9]{2}|600)s|([1-9][0-9]{2,4}|[1-5][0-9]{5}|600000)ms",
                    "a time from 100ms to 10m, as 10s",
                    "30s",
                    "How long a caller may take to send its first request to a port whose policies judge requests.",
                    "10s"),
            new SidecarSetting(
                    "connect-timeout",
                    "1m|([1-9]|[1-5][0-9]|60)s|([1-9][0-9]{2,3}|[1-5][0-9]{4}|60000)ms",
                    "a time from 100ms to 1m, as 5s",
                    "2s",
                    "How long the application, the sidecar of an endpoint, or an address outside of the mesh may take"
                            + " to accept a connection.",
                    "5s"),
            new SidecarSetting(
                    "http-idle",
                    "([1-9]|10)m|([0-9]|[1-9][0-9]|[1-5][0-9]{2}|600)s|([0-9]{1,5}|[1-5][0-9]{5}|600000)ms",
                    "a time from 0s to 10m, as 3s",
                    "30s",
                    "How long a connection to an endpoint is kept for another HTTP/1.1 request; 0s keeps none.",
                    "3s"),
            new SidecarSetting(
                    "http-connect",
                    "refuse|tunnel",
                    "refuse, or tunnel",
                    "tunnel",
                    "Whether CONNECT of HTTP/1.1 is refused on a port whose policies judge requests, or judged and, if"
                            + " the application accepts it, carried as bytes.",
                    "refuse"),
            new SidecarSetting(
                    "http-head",
                    "[89]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-6]",
                    "a number of KiB from 8 to 256",
                    "64",
                    "How many KiB the head of a request or response may have. A larger request is answered with 431.",
                    "32"),
            new SidecarSetting(
                    "http-fields",
                    "[2-9][0-9]|[1-9][0-9]{2}|1000",
                    "a number from 20 to 1000",
                    "200",
                    "How many fields a head may have. A request with more is answered with 431.",
                    "100"),
            new SidecarSetting(
                    "denial-reasons",
                    "all|identified|none",
                    "all, identified, or none",
                    "none",
                    "Which callers are told the policy that refused them: all, those that have proven an identity, or"
                            + " none.",
                    "identified"),
            new SidecarSetting(
                    "peer-silence",
                    "([1-9]|10)m|([1-9][0-9]?|[1-5][0-9]{2}|600)s|([1-9][0-9]{3,4}|[1-5][0-9]{5}|600000)ms",
                    "a time from 1s to 10m, as 10s",
                    "30s",
                    "How long the sidecar of an endpoint may be silent while it has requests or sessions, before it is"
                            + " asked for a sign of life.",
                    "10s"),
            new SidecarSetting(
                    "max-sessions",
                    "[1-9][0-9]{0,4}",
                    "a number from 1 to 99999",
                    "40000",
                    "How many connections of both directions together the sidecar carries at a time. An idle one takes"
                            + " 2 KiB of its heap.",
                    "16384"),
            new SidecarSetting(
                    "max-held",
                    "[1-9]|[1-8][0-9]|9[0-6]",
                    "a number of MiB from 1 to 96",
                    "96",
                    "How many MiB the sidecar holds in total for receivers that do not read. More than 64 needs a"
                            + " larger memory limit of the sidecar.",
                    "64"));

    /** Returns an expression for an IPv6 address, whose end may be an IPv4 address (RFC 4291 section 2.2). */
    private static String ipv6() {
        String plain = "(G:){7}G|(G:){1,7}:|:(:G){1,7}|::" + shortened(7, "");
        String mixed = "((G:){6}|::(G:){0,5}|(G:){1,5}:" + shortened(5, ":") + ")" + IPV4;
        return ("(" + plain + "|" + mixed + ")").replace("G", "[0-9A-Fa-f]{1,4}");
    }

    /** Returns the forms of up to this many groups with "::" between them. */
    private static String shortened(int groups, String end) {
        StringBuilder forms = new StringBuilder();
        for (int after = 1; after < groups; after++) {
            forms.append("|(G:){1,")
                    .append(groups - after)
                    .append("}(:G){1,")
                    .append(after)
                    .append('}')
                    .append(end);
        }
        return forms.toString();
    }

    /** Returns the annotation. */
    public String annotation() {
        return PREFIX + name;
    }

    /** Whether a value is valid. */
    public boolean accepts(String value) {
        return value.length() <= MAX_LENGTH && value.matches(pattern);
    }

    /** Returns the setting as a field of a kind. */
    Field field() {
        Field field = Field.optional(
                annotation(),
                meaning,
                Shape.text(TextFormat.matching("(" + pattern + ")", MAX_LENGTH, expected, example)));
        return defaultText.isEmpty() ? field : field.defaultText(defaultText);
    }
}
