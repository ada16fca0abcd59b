package dev.weft.proxy.requests;

import dev.weft.proxy.carry.ArrivedConnection;
import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.carry.RequestCarriers;
import dev.weft.proxy.carry.UnroutedConnections;

/**
 * Carries the application's connections of HTTP/2 with prior knowledge, including gRPC, by their requests: each request
 * goes to the endpoint that is chosen for it. A connection is carried as bytes if its endpoint has no sidecar, or a
 * sidecar that does not take such requests.
 */
public final class OutboundRequests implements RequestCarriers {
    private final UnroutedConnections unrouted =
            new UnroutedConnections(" of HTTP/2", "the endpoint's sidecar takes no requests");

    @Override
    public Carrier carry(ArrivedConnection arrival) {
        CallerConnection connection = new CallerConnection(arrival, unrouted);
        connection.decide();
        return connection;
    }
}
