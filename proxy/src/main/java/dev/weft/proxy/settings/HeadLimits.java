package dev.weft.proxy.settings;

/**
 * How large the head of a request or of a response may be. What is larger is answered with 431 or 502.
 *
 * @param kib KiB of a head. In HTTP/1.1 these are its octets on the wire, in HTTP/2 its fields as
 *     SETTINGS_MAX_HEADER_LIST_SIZE counts them (RFC 9113 section 6.5.2)
 * @param fields fields of a head, and of a trailer section
 */
public record HeadLimits(int kib, int fields) {
    /** The limits of a sidecar that is started without these flags. */
    public static final HeadLimits DEFAULTS = new HeadLimits(32, 100);

    private static final int MIN_KIB = 8;
    private static final int MAX_KIB = 256;
    private static final int MIN_FIELDS = 20;
    private static final int MAX_FIELDS = 1000;

    /** Refuses settings that no proxy can run with. */
    public HeadLimits {
        HttpSettings.range("http-head", kib, MIN_KIB, MAX_KIB);
        HttpSettings.range("http-fields", fields, MIN_FIELDS, MAX_FIELDS);
    }

    /** Returns the octets of the largest head. */
    public int octets() {
        return kib << 10;
    }
}
