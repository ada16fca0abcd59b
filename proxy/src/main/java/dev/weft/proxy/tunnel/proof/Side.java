package dev.weft.proxy.tunnel.proof;

import java.util.Locale;

/** The two sides of a tunnel. */
public enum Side {
    CLIENT,
    SERVER;

    /** Returns the name in metrics, and in the signed content. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
