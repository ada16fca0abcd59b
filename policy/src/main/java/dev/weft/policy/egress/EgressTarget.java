package dev.weft.policy.egress;

import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.Ports;
import java.util.Set;

/** A destination outside of the mesh that may be called. */
public sealed interface EgressTarget {

    /** The ports, 1 to 65535; empty means every port. */
    Set<Integer> ports();

    /** Whether the destination includes a port. */
    default boolean hasPort(int port) {
        return ports().isEmpty() || ports().contains(port);
    }

    /** Every address of this range, with any protocol. */
    record Range(Cidr range, Set<Integer> ports) implements EgressTarget {
        /** @throws IllegalArgumentException if a port is out of range */
        public Range {
            ports = Ports.checked(ports);
        }

        @Override
        public String toString() {
            return "cidr " + range;
        }
    }

    /**
     * A host that the application names: in the server name of its TLS ClientHello (RFC 6066 section 3), or in each
     * HTTP/1.1 request. The destination address is not checked.
     */
    record Host(HostPattern host, Set<Integer> ports) implements EgressTarget {
        /** @throws IllegalArgumentException if a port is out of range */
        public Host {
            ports = Ports.checked(ports);
        }

        @Override
        public String toString() {
            return "host " + host;
        }
    }
}
