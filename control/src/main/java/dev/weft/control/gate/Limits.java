package dev.weft.control.gate;

import java.time.Duration;

/**
 * The limits of connections. An unproven connection is one whose client has not shown a certificate that verifies: it
 * is in the handshake, or will use a join token. An address is an IPv4 address or an IPv6 /64.
 *
 * @param connections most connections at once; unproven ones come on top while an identity has more than few
 * @param perAddress most connections at once from one address
 * @param unproven most unproven connections at once; beyond them, strangers wait in line until one is done
 * @param unprovenPerAddress most unproven connections at once from one address, including those that wait
 * @param unprovenBytes most bytes that an unproven connection may send for the handshake, and for each call after it
 * @param firstCall longest time from connecting to the first call of an unproven connection, including the handshake
 * @param unprovenLife longest time until an unproven connection is closed, whatever it does
 * @param bodies most bytes of requests held at once for all connections: a message until it is complete, a call until
 *     it has ended
 * @param bodiesOfConnection most such bytes of one connection; at least the size of the largest message
 * @param call longest time until a unary call must have been answered; otherwise its connection is closed
 */
public record Limits(
        int connections,
        int perAddress,
        int unproven,
        int unprovenPerAddress,
        int unprovenBytes,
        int bodies,
        int bodiesOfConnection,
        Duration firstCall,
        Duration unprovenLife,
        Duration call) {

    /** Number of connections that may wait, for each one that may be unproven. */
    private static final int WAITING_FOR_EACH = 4;

    /** The limits of a control plane for about 5,000 sidecars, all of which may be behind one address. */
    public static final Limits STANDARD = new Limits(
            16_384,
            8_192,
            1_024,
            512,
            64 * 1024,
            32 * 1024 * 1024,
            1024 * 1024,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    /** Returns how many connections may wait in line; each costs only a file descriptor. */
    int waiting() {
        return WAITING_FOR_EACH * unproven;
    }
}
