package dev.weft.policy.egress;

import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Something outside of the mesh that may be called. */
public sealed interface EgressTarget {

    /** Port numbers of TCP end here. */
    int MAX_PORT = 65_535;

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
            ports = checked(ports);
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
            ports = checked(ports);
        }

        @Override
        public String toString() {
            return "host " + host;
        }
    }

    private static Set<Integer> checked(Set<Integer> ports) {
        for (int port : ports) {
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
            }
        }
        return Collections.unmodifiableSet(new TreeSet<>(ports));
    }
}
