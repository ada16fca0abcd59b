package dev.weft.proxy.tunnel.proof;

import java.util.Locale;

/** The two ends of a tunnel. */
public enum Side {
    CLIENT,
    SERVER;

    /** As written in metrics, and in what is signed. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
