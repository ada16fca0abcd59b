package dev.weft.proxy.requests;

import dev.weft.proxy.carry.Arrival;
import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.carry.Unrouted;

/**
 * Carries the application's connections of HTTP/2 by prior knowledge, gRPC's among them, by their requests: each goes to the endpoint
 * that is chosen for it. A connection whose endpoint has a sidecar that knows no such requests, or none, is carried as bytes.
 */
public final class OutboundRequests implements RequestCarriers {
    private final Unrouted unrouted = new Unrouted(" of HTTP/2", "the endpoint's sidecar takes no requests");

    @Override
    public Carrier carry(Arrival arrival) {
        CallerConnection connection = new CallerConnection(arrival, unrouted);
        connection.decide();
        return connection;
    }
}
