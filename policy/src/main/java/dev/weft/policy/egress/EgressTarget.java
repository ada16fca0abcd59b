package dev.weft.policy.egress;

import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.Ports;
import java.util.Set;

/** Something outside of the mesh that may be called. */
public sealed interface EgressTarget {

    /** The ports, 1 to 65535; none means every port. */
    Set<Integer> ports();

    /** Whether a port is meant. */
    default boolean hasPort(int port) {
        return ports().isEmpty() || ports().contains(port);
    }

    /** Whatever has an address of this range, whatever is spoken there. */
    record Range(Cidr range, Set<Integer> ports) implements EgressTarget {
        /** @throws IllegalArgumentException a port is out of range */
        public Range {
            ports = Ports.checked(ports);
        }

        @Override
        public String toString() {
            return "cidr " + range;
        }
    }

    /**
     * What the application names as host: by the server name of its TLS ClientHello (RFC 6066 section 3), or in each request of
     * HTTP/1.1. The address that it has is not looked at.
     */
    record Host(HostPattern host, Set<Integer> ports) implements EgressTarget {
        /** @throws IllegalArgumentException a port is out of range */
        public Host {
            ports = Ports.checked(ports);
        }

        @Override
        public String toString() {
            return "host " + host;
        }
    }
}
