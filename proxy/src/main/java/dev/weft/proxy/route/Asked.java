package dev.weft.proxy.route;

import dev.weft.policy.request.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is compared with matches: its query is taken apart once, and each header is read once, if a match asks for it. */
final class Asked {
    private static final String TARGET = ":path";
    private static final String AUTHORITY = ":authority";
    private static final int HEX = 16;
    private static final int ESCAPE = 3;

    private final HttpRequest request;
    private final Map<String, Optional<String>> headers = new HashMap<>(0);
    private @Nullable Map<String, String> parameters;

    Asked(HttpRequest request) {
        this.request = request;
    }

    HttpRequest request() {
        return request;
    }

    /** The value of a header; several of a name count as one with a comma between (RFC 9110 section 5.3). */
    @Nullable
    String header(String name) {
        return headers.computeIfAbsent(name, this::read).orElse(null);
    }

    private Optional<String> read(String name) {
        List<String> values = request.headers().values(name);
        if (values.isEmpty() && name.equals("host")) {
            values = request.headers().values(AUTHORITY);
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
    }

    /** The value of the first parameter of that name; decoded, as its name is. */
    @Nullable
    String parameter(String name) {
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

    /** What is no encoding stays as it is, and so does a plus. */
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
