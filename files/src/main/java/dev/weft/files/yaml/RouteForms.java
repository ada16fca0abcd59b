package dev.weft.files.yaml;

import dev.weft.policy.request.FieldRole;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The forms of the fields of routes, mostly those of the Gateway API. Each check returns what was expected, or null. */
final class RouteForms {

    /** Of paths and of parameters of the query. */
    private static final int MAX_VALUE = 1_024;

    private static final int MAX_HEADER_NAME = 256;
    private static final int MAX_HEADER_VALUE = 4_096;
    private static final int MAX_PORT_NAME = 63;

    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");
    private static final Pattern PATH = Pattern.compile("/[!-~&&[^?#;\\\\]]*");
    private static final Pattern QUERY_VALUE = Pattern.compile("[ -~]+");
    /** GEP-2257. */
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,5}(h|m|s|ms)){1,4}");

    private static final Pattern PART = Pattern.compile("([0-9]+)(h|ms|m|s)");

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private static final String OF_MESH = "weft-";
    private static final String NOT_OF_MESH = "not a header of the mesh, weft-...";

    private RouteForms() {}

    static @Nullable String path(String text) {
        String low = text.toLowerCase(Locale.ROOT);
        boolean good = text.length() <= MAX_VALUE
                && PATH.matcher(text).matches()
                && !text.contains("//")
                && !low.contains("%2f")
                && !(text + "/").contains("/./")
                && !(text + "/").contains("/../")
                && hasOneMeaning(text);
        return good
                ? null
                : "a path that starts with \"/\", of at most " + MAX_VALUE
                        + " characters, without query, \";\", \"//\", \"%2f\" and elements \".\" or \"..\", also when they are percent-encoded";
    }

    /** Sidecars refuse a destination with a path that applications could read in two ways. */
    private static boolean hasOneMeaning(String path) {
        try {
            return !RequestPath.normalize(path).isEmpty();
        } catch (UnacceptablePathException _) {
            return false;
        }
    }

    /** In the place of a path, or of a prefix. */
    static @Nullable String newPath(String text) {
        return text.isEmpty() ? null : path(text);
    }

    /** A header's name in lower case. */
    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    static @Nullable String headerName(String text) {
        if (text.length() > MAX_HEADER_NAME || !TOKEN.matcher(text).matches()) {
            return "a header's name, at most " + MAX_HEADER_NAME + " characters";
        }
        if (lower(text).equals("host")) {
            return "not host: the route of a Service is about requests to each of its names";
        }
        return lower(text).startsWith(OF_MESH) ? NOT_OF_MESH : null;
    }

    static @Nullable String changedHeaderName(String text) {
        return switch (FieldRole.of(text)) {
            case HOST -> "not host: write hostname in a URLRewrite filter";
            case CARRYING -> "not a header that says how the message is carried";
            case MESH -> NOT_OF_MESH;
            case MESSAGE -> headerName(text);
        };
    }

    static @Nullable String headerValue(String text) {
        return text.length() <= MAX_HEADER_VALUE && HEADER_VALUE.matcher(text).matches()
                ? null
                : "visible ASCII with spaces only inside, at most " + MAX_HEADER_VALUE + " characters";
    }

    static @Nullable String queryName(String text) {
        return text.length() <= MAX_HEADER_NAME && TOKEN.matcher(text).matches()
                ? null
                : "a parameter's name, at most " + MAX_HEADER_NAME + " characters";
    }

    static @Nullable String queryValue(String text) {
        return text.length() <= MAX_VALUE && QUERY_VALUE.matcher(text).matches()
                ? null
                : "printable ASCII, at most " + MAX_VALUE + " characters";
    }

    static @Nullable String method(String text) {
        return METHODS.contains(text)
                ? null
                : "one of " + String.join(", ", METHODS.stream().sorted().toList());
    }

    /** A host name that stands for one host. */
    static @Nullable String hostname(String text) {
        return Syntax.dnsName(text) == null && Syntax.ipAddress(text) != null
                ? null
                : "a host's name in lower case, no address";
    }

    /** The same, or one that begins with "*.". */
    static @Nullable String hostnames(String text) {
        return hostname(text.startsWith("*.") ? text.substring(2) : text);
    }

    /** Of a rule, or of a port: a DNS label with dots. */
    static @Nullable String sectionName(String text) {
        return text.length() <= MAX_PORT_NAME ? Syntax.dnsName(text) : "at most " + MAX_PORT_NAME + " characters";
    }

    /** At most this long. */
    static Syntax.Form duration(Duration most, String words) {
        return text -> DURATION.matcher(text).matches() && duration(text).compareTo(most) <= 0
                ? null
                : "a duration such as 10s, 1h30m or 500ms, at most " + words;
    }

    /** Of a text that has the form. */
    static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            long number = Long.parseLong(parts.group(1));
            sum = sum.plus(
                    switch (parts.group(2)) {
                        case "h" -> Duration.ofHours(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "s" -> Duration.ofSeconds(number);
                        default -> Duration.ofMillis(number);
                    });
        }
        return sum;
    }

    /** A number in a text, as in a list of numbers. */
    static Syntax.Form number(int min, int max) {
        return text -> {
            boolean digits =
                    !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
            return digits && Integer.parseInt(text) >= min && Integer.parseInt(text) <= max ? null : min + "-" + max;
        };
    }

    /** One of these words; what there is besides in the Gateway API is refused by what to do instead. */
    static Syntax.Form type(String instead, String... words) {
        List<String> known = List.of(words);
        return text -> {
            if (known.contains(text)) {
                return null;
            }
            return String.join(" or ", known) + (text.equals("RegularExpression") ? "; " + instead : "");
        };
    }

    static <T> List<T> limited(Fields fields, String key, List<T> items, int most) {
        if (items.size() > most) {
            fields.problem(null, key, items.size() + " items (expected: at most " + most + ")");
            return items.subList(0, most);
        }
        return items;
    }

    /** Reports each item whose name an earlier one has, and leaves it out. */
    static <T> List<T> distinct(Fields fields, String key, List<T> items, Function<T, String> name) {
        Set<String> seen = new HashSet<>();
        return items.stream()
                .filter(item -> {
                    boolean fresh = seen.add(name.apply(item));
                    if (!fresh) {
                        fields.problem(null, key, name.apply(item) + " is there twice");
                    }
                    return fresh;
                })
                .toList();
    }

    /** Reports a field that the Gateway API has and Weft does not obey. */
    static void refuse(Fields fields, String key, String reason) {
        var value = fields.take(key);
        if (value != null) {
            fields.problem(value, key, reason);
        }
    }
}
