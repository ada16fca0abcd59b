package dev.weft.proxy.http;

import dev.weft.proxy.http.GateRefusal.Code;

/**
 * Reads field lines strictly (RFC 9112 section 5): no folded lines, no space around the name, no control characters.
 */
final class Http1Fields {
    /** A field whose meaning the gate knows. */
    enum Name {
        HOST,
        CONNECTION,
        CONTENT_LENGTH,
        TRANSFER_ENCODING,
        UPGRADE,
        EXPECT,
        HTTP2_SETTINGS,
        /** The caller's proven identity; only the gate may set this field. */
        CLIENT_ID,
        OTHER
    }

    /** Receives each field. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Receives one field line.
         *
         * @param name index where the line and the name begin; the name ends at {@code nameEnd}
         * @param value index where the value begins, without surrounding space; it ends at {@code valueEnd}
         */
        void field(Name known, byte[] bytes, int name, int nameEnd, int value, int valueEnd)
                throws UnacceptableException;
    }

    /** The name of the field with the caller's proven identity. */
    static final String CLIENT_ID = "weft-client-id";

    private Http1Fields() {}

    /** Reads the lines up to the empty line. Each line ends with CRLF. */
    static void read(byte[] bytes, int from, int count, Visitor visitor) throws UnacceptableException {
        int at = from;
        while (bytes[at] != '\r' || bytes[at + 1] != '\n') {
            int end = lineEnd(bytes, at, count);
            line(bytes, at, end, visitor);
            at = end + 2;
        }
        if (at + 2 != count) {
            throw new UnacceptableException(Code.MALFORMED, "an empty line within a head");
        }
    }

    /** Returns the index of the line's CRLF. */
    static int lineEnd(byte[] bytes, int from, int count) throws UnacceptableException {
        for (int i = from; i < count; i++) {
            if (bytes[i] == '\r') {
                if (i + 1 < count && bytes[i + 1] == '\n') {
                    return i;
                }
                throw new UnacceptableException(Code.MALFORMED, "a carriage return without a line feed");
            }
        }
        throw new UnacceptableException(Code.MALFORMED, "a line without an end");
    }

    private static void line(byte[] bytes, int from, int end, Visitor visitor) throws UnacceptableException {
        if (Http1Octets.isBlank(bytes[from])) {
            throw new UnacceptableException(Code.MALFORMED, "a field line that begins with a space (obs-fold)");
        }
        int colon = from;
        while (colon < end && Http1Octets.isToken(bytes[colon])) {
            colon++;
        }
        if (colon == from || colon == end || bytes[colon] != ':') {
            throw new UnacceptableException(Code.MALFORMED, "a field name that is no token, or a line without a colon");
        }
        int value = colon + 1;
        int valueEnd = end;
        for (int i = value; i < end; i++) {
            if (!Http1Octets.isValue(bytes[i])) {
                throw new UnacceptableException(Code.MALFORMED, "a control character in a field's value");
            }
        }
        while (value < valueEnd && Http1Octets.isBlank(bytes[value])) {
            value++;
        }
        while (valueEnd > value && Http1Octets.isBlank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        Name name = name(bytes, from, colon);
        if (name != Name.OTHER) {
            refuseTabs(bytes, colon, end);
        }
        visitor.field(name, bytes, from, colon, value, valueEnd);
    }

    /** Some readers do not accept a tab as space around a value. */
    private static void refuseTabs(byte[] bytes, int from, int end) throws UnacceptableException {
        for (int i = from; i < end; i++) {
            if (bytes[i] == '\t') {
                throw new UnacceptableException(Code.MALFORMED, "a tab in a field that the framing depends on");
            }
        }
    }

    /**
     * Returns the field with this name. A name that only resembles a field of framing is refused, because some
     * applications take the one for the other.
     */
    private static Name name(byte[] bytes, int from, int end) throws UnacceptableException {
        return switch (end - from) {
            case 4 -> named(bytes, from, end, "host", Name.HOST);
            case 6 -> named(bytes, from, end, "expect", Name.EXPECT);
            case 7 -> named(bytes, from, end, "upgrade", Name.UPGRADE);
            case 10 -> named(bytes, from, end, "connection", Name.CONNECTION);
            case 14 -> {
                if (Http1Octets.resembles(bytes, from, end, CLIENT_ID)) {
                    yield Name.CLIENT_ID;
                }
                if (Http1Octets.is(bytes, from, end, "http2-settings")) {
                    yield Name.HTTP2_SETTINGS;
                }
                yield named(bytes, from, end, "content-length", Name.CONTENT_LENGTH);
            }
            case 17 -> named(bytes, from, end, "transfer-encoding", Name.TRANSFER_ENCODING);
            default -> Name.OTHER;
        };
    }

    private static Name named(byte[] bytes, int from, int end, String text, Name name) throws UnacceptableException {
        if (Http1Octets.is(bytes, from, end, text)) {
            return name;
        }
        if (Http1Octets.resembles(bytes, from, end, text)) {
            throw new UnacceptableException(Code.FRAMING, "a field whose name only resembles " + text);
        }
        return Name.OTHER;
    }

    /** Whether a field may stand in a head only, or has a name that resembles such a field. */
    static boolean isOfHead(byte[] bytes, int from, int end) {
        try {
            return name(bytes, from, end) != Name.OTHER;
        } catch (UnacceptableException e) {
            return true;
        }
    }

    /**
     * Validates a trailer section: it has no field about the framing, the routing or the sender of a message (RFC 9110
     * section 6.5.1).
     */
    static void readTrailers(byte[] bytes, int count) throws UnacceptableException {
        read(bytes, 0, count, (known, _, _, _, _, _) -> {
            if (known != Name.OTHER) {
                throw new UnacceptableException(Code.BODY, "a trailer field that belongs into the head");
            }
        });
    }
}
