package dev.weft.proxy.trace;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The trace that a request belongs to, from its field traceparent (W3C Trace Context, section 3.2).
 *
 * @param traceId 32 hexadecimal digits, in lower case and not all 0
 * @param parentId 16 hexadecimal digits: the span that made the request
 * @param sampled whether the caller may have recorded the request
 */
record TraceContext(String traceId, String parentId, boolean sampled) {
    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;
    private static final int SAMPLED = 1;

    /** Reads the field's values. Empty if it is missing, repeated, or malformed. */
    static Optional<TraceContext> of(List<String> values) {
        return values.size() == 1 ? of(values.getFirst()) : Optional.empty();
    }

    private static Optional<TraceContext> of(String value) {
        boolean known = value.length() == LENGTH && value.startsWith("00");
        boolean later = value.length() > LENGTH && value.charAt(LENGTH) == '-' && !value.startsWith("00");
        if (!(known || later || (value.length() == LENGTH && !value.startsWith("00")))
                || value.startsWith("ff")
                || !hex(value, 0, 2)
                || value.charAt(2) != '-'
                || !hex(value, TRACE, PARENT - 1)
                || value.charAt(PARENT - 1) != '-'
                || !hex(value, PARENT, FLAGS - 1)
                || value.charAt(FLAGS - 1) != '-'
                || !hex(value, FLAGS, LENGTH)) {
            return Optional.empty();
        }
        String trace = value.substring(TRACE, PARENT - 1);
        String parent = value.substring(PARENT, FLAGS - 1);
        boolean sampled = (HexFormat.fromHexDigits(value, FLAGS, LENGTH) & SAMPLED) != 0;
        return zero(trace) || zero(parent) ? Optional.empty() : Optional.of(new TraceContext(trace, parent, sampled));
    }

    private static boolean hex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean zero(String digits) {
        return digits.chars().allMatch(c -> c == '0');
    }
}
