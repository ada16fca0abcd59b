package dev.weft.proxy.control;

import dev.weft.identity.spiffe.SpiffeId;

/**
 * The control plane's address and the identity that it must prove.
 *
 * @param mark SO_MARK of the sockets to it, so that capture lets them through; 0 for none
 */
public record ControlTarget(String host, int port, SpiffeId identity, int mark) {
    /** Refuses a port that is out of range. */
    public ControlTarget {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("control plane's port: " + port + " (expected: 1-65535)");
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
