package dev.weft.policy.request;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one request, prepared for comparison with the matches of routes. The query is parsed once, and each
 * header is read once, when a match first asks for it. For use by one thread.
 */
public final class RequestFields {
    /** The name of the field that holds the request target with its query (RFC 9113 section 8.3.1). */
    public static final String TARGET = ":path";

    /** The name of the field that holds the host, where the request has no {@code host} field. */
    public static final String AUTHORITY = ":authority";

    private static final int HEX = 16;
    private static final int ESCAPE = 3;

    private final HttpRequest request;
    private final Map<String, Optional<String>> headers = new HashMap<>(0);
    private @Nullable Map<String, String> parameters;

    /** Prepares the fields of a request. */
    public RequestFields(HttpRequest request) {
        this.request = request;
    }

    /** The request that the fields belong to. */
    public HttpRequest request() {
        return request;
    }

    /**
     * Returns the value of a header; null if it is absent. Several values are joined by commas (RFC 9110 section 5.3).
     */
    public @Nullable String header(String name) {
        return headers.computeIfAbsent(name, this::read).orElse(null);
    }

    private Optional<String> read(String name) {
        List<String> values = request.headers().values(name);
        if (values.isEmpty() && name.equals("host")) {
            values = request.headers().values(AUTHORITY);
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
    }

    /**
     * Returns the value of the first query parameter of that name; null if it is absent. Names and values are
     * percent-decoded.
     */
    public @Nullable String parameter(String name) {
        Map<String, String> known = parameters;
        if (known == null) {
            List<String> target = request.headers().values(TARGET);
            known = target.isEmpty() ? Map.of() : parameters(target.getFirst());
            parameters = known;
        }
        return known.get(name);
    }

    private static Map<String, String> parameters(String target) {
        int from = target.indexOf('?');
        if (from < 0) {
            return Map.of();
        }
        Map<String, String> parameters = new HashMap<>();
        for (String pair : target.substring(from + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            parameters.putIfAbsent(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return parameters;
    }

    /** Decodes percent-encoding. A malformed escape stays as it is, and so does a plus sign. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int high = i + 2 < text.length() && c == '%' ? Character.digit(text.charAt(i + 1), HEX) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), HEX);
            octets.write(low < 0 ? c : HEX * high + low);
            i += low < 0 ? 1 : ESCAPE;
        }
        return octets.toString(StandardCharsets.UTF_8);
    }
}
