package dev.weft.proxy.tunnel;

import java.util.Locale;

/** The two ends of a tunnel. */
enum Side {
    CLIENT,
    SERVER;

    /** The end opposite. */
    Side other() {
        return this == CLIENT ? SERVER : CLIENT;
    }

    /** As written in metrics, and in what is signed. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
