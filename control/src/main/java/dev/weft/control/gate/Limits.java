package dev.weft.control.gate;

import java.time.Duration;

/**
 * What connections may take. Unproven are those that have shown no certificate that verifies: in the handshake, or with a join
 * token. An address is an IPv4 address or an IPv6 /64.
 *
 * @param connections at once
 * @param perAddress at once from one address
 * @param unproven at once; when there are as many, strangers wait in line until one is done
 * @param unprovenPerAddress at once from one address, those that wait among them
 * @param unprovenBytes that an unproven connection may send before its handshake, and each call after it, is over
 * @param firstCall time from connecting until the first call of an unproven connection, handshake included
 * @param unprovenLife time until an unproven connection is closed, whatever it does
 * @param bodies bytes of requests held at once, of all connections: a message until it is whole, a call until it has ended
 * @param bodiesOfConnection of one connection; no less than a message may have
 * @param call time until a call that is no stream must have been answered; else its connection is closed
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

    /** Connections that may wait, for each that may be unproven. */
    private static final int WAITING_FOR_EACH = 4;

    /** The limits of a control plane for some 5,000 sidecars. All may be behind one address. */
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

    /** Connections that may wait in line; each costs a descriptor, and nothing else. */
    int waiting() {
        return WAITING_FOR_EACH * unproven;
    }
}
