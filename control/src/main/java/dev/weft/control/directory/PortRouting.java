package dev.weft.control.directory;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.PortRoutes;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * The routes of a Service's port, with the addresses of the Services that they lead to.
 *
 * @param addresses the addresses of each backend that exists and has an address
 */
public record PortRouting(PortRoutes routes, Map<BackendPort, List<InetAddress>> addresses) {

    /** A port of a Service. */
    public record BackendPort(ObjectName service, int port) {

        /** Returns the port that a backend names. */
        public static BackendPort of(Backend backend) {
            return new BackendPort(backend.service(), backend.port());
        }
    }

    public PortRouting {
        requireNonNull(routes, "routes");
        addresses = Map.copyOf(addresses);
    }
}
