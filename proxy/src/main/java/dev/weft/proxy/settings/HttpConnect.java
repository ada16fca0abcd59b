package dev.weft.proxy.settings;

import java.util.Locale;

/** What happens to a CONNECT request of HTTP/1.1 on a port whose policies judge requests. */
public enum HttpConnect {
    /** It is refused with 501. */
    REFUSE,
    /** Policy judges it. If the application accepts it, the connection carries bytes from then on. */
    TUNNEL;

    /** Reads a setting: {@code refuse} or {@code tunnel}. */
    static HttpConnect parse(String text) {
        for (HttpConnect value : values()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("http-connect: " + text + " (expected: refuse or tunnel)");
    }
}
