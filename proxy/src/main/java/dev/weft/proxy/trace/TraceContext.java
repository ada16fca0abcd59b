package dev.weft.proxy.trace;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trace that a request belongs to, from its field traceparent (W3C Trace Context, section 3.2).
 *
 * @param traceId 32 hexadecimal digits, in lower case and not all 0
 * @param parentId 16 hexadecimal digits: the span that made the request
 * @param sampled whether the caller may have recorded the request
 */
record TraceContext(String traceId, String parentId, boolean sampled) {
    /** Version, trace, parent and flags; a later version than 00 may say more. No id is 0. */
    private static final Pattern FIELD = Pattern.compile(
            "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", Pattern.DOTALL);

    private static final int SAMPLED = 1;

    /** Reads the field's values. Empty if it is missing, repeated, or malformed. */
    static Optional<TraceContext> of(List<String> values) {
        if (values.size() != 1) {
            return Optional.empty();
        }
        Matcher field = FIELD.matcher(values.getFirst());
        if (!field.matches() || (field.group(1).equals("00") && field.group(5) != null)) {
            return Optional.empty();
        }
        boolean sampled = (HexFormat.fromHexDigits(field.group(4)) & SAMPLED) != 0;
        return Optional.of(new TraceContext(field.group(2), field.group(3), sampled));
    }
}
