package dev.weft.proxy.settings;

/** What happens to a CONNECT request of HTTP/1.1 on a port whose policies judge requests. */
public enum HttpConnect {
    /** It is refused with 501. */
    REFUSE,
    /** Policy judges it. If the application accepts it, the connection carries bytes from then on. */
    TUNNEL
}
