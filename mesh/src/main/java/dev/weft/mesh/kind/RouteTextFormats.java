package dev.weft.mesh.kind;

import dev.weft.mesh.route.Timeouts;
import dev.weft.policy.request.FieldRole;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.Token;
import dev.weft.policy.request.UnacceptablePathException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The forms of texts in routes, mostly those of the Gateway API. */
final class RouteTextFormats {

    /** Longest path or query parameter, in characters. */
    private static final int MAX_VALUE = 1_024;

    /** Longest name of a header or of a query parameter, in characters. */
    private static final int MAX_NAME = 256;

    private static final int MAX_HEADER_VALUE = 4_096;
    private static final int MAX_PORT_NAME = 63;

    private static final Pattern PATH = Pattern.compile("/[!-~&&[^?#;\\\\]]*");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,5}(h|m|s|ms)){1,4}");

    private static final String[] METHODS = {
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"
    };
    private static final String OF_MESH = "weft-";
    private static final String NOT_OF_MESH = "not a header of the mesh, weft-...";

    static final TextFormat PATH_VALUE = TextFormat.of(RouteTextFormats::path, 1, MAX_VALUE, "/orders");
    static final TextFormat NEW_PATH = TextFormat.of(text -> text.isEmpty() ? null : path(text), 0, MAX_VALUE, "/");
    static final TextFormat HEADER_NAME = TextFormat.of(RouteTextFormats::headerName, 1, MAX_NAME, "x-canary");
    static final TextFormat CHANGED_NAME = TextFormat.of(RouteTextFormats::changedHeaderName, 1, MAX_NAME, "x-canary");
    static final TextFormat VALUE = TextFormat.matching(
                    "[!-~]([ -~]*[!-~])?",
                    MAX_HEADER_VALUE,
                    "visible ASCII with spaces only inside, at most " + MAX_HEADER_VALUE + " characters",
                    "yes")
            .orNumber();
    static final TextFormat QUERY_NAME = TextFormat.matching(
            Token.PATTERN, MAX_NAME, "a parameter's name, at most " + MAX_NAME + " characters", "v");
    static final TextFormat QUERY = TextFormat.matching(
                    "[ -~]+", MAX_VALUE, "printable ASCII, at most " + MAX_VALUE + " characters", "2")
            .orNumber();
    static final TextFormat METHOD = TextFormat.oneOf("one of " + String.join(", ", METHODS), METHODS);

    static final TextFormat HOSTNAME = TextFormat.of(RouteTextFormats::hostname, 1, 253, "api.example");
    static final TextFormat HOSTNAMES =
            TextFormat.of(text -> hostname(text.startsWith("*.") ? text.substring(2) : text), 1, 253, "*.example");
    static final TextFormat SECTION_NAME = TextFormat.of(RouteTextFormats::sectionName, 1, MAX_PORT_NAME, "http");

    private RouteTextFormats() {}

    private static @Nullable String path(String text) {
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
                        + " characters, without query, \";\", \"//\", \"%2f\" and elements \".\" or \"..\", also when"
                        + " they are percent-encoded";
    }

    /** Whether the path has one meaning only. Sidecars refuse a path that applications could read in two ways. */
    private static boolean hasOneMeaning(String path) {
        try {
            return !RequestPath.normalize(path).isEmpty();
        } catch (UnacceptablePathException _) {
            return false;
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static @Nullable String headerName(String text) {
        if (text.length() > MAX_NAME || !Token.is(text)) {
            return "a header's name, at most " + MAX_NAME + " characters";
        }
        if (lower(text).equals("host")) {
            return "not host: the route of a Service is about requests to each of its names";
        }
        return lower(text).startsWith(OF_MESH) ? NOT_OF_MESH : null;
    }

    private static @Nullable String changedHeaderName(String text) {
        return switch (FieldRole.of(text)) {
            case HOST -> "not host: write hostname in a URLRewrite filter";
            case CARRYING -> "not a header that says how the message is carried";
            case MESH -> NOT_OF_MESH;
            case MESSAGE -> headerName(text);
        };
    }

    /** Checks the name of one host. */
    private static @Nullable String hostname(String text) {
        return TextFormats.DNS_NAME.unmet(text) == null && TextFormats.IP_ADDRESS.unmet(text) != null
                ? null
                : "a host's name in lower case, no address";
    }

    /** Checks the name of a rule or of a port: a DNS label with dots. */
    private static @Nullable String sectionName(String text) {
        return text.length() <= MAX_PORT_NAME
                ? TextFormats.DNS_NAME.unmet(text)
                : "at most " + MAX_PORT_NAME + " characters";
    }

    /** Returns the form of a duration of GEP-2257, with this as its longest. */
    static TextFormat duration(Duration most, String words) {
        TextFormat.Check check =
                text -> DURATION.matcher(text).matches() && Timeouts.parse(text).compareTo(most) <= 0
                        ? null
                        : "a duration such as 10s, 1h30m or 500ms, at most " + words;
        return TextFormat.of(check, 2, 32, "10s").withPattern("^" + DURATION + "$");
    }

    /** Returns the form of one of these words. The error for a regular expression adds what to write instead. */
    static TextFormat type(String instead, String... words) {
        return TextFormat.oneOf(
                text -> String.join(" or ", words) + (text.equals("RegularExpression") ? "; " + instead : ""),
                List.of(words));
    }
}
