package dev.weft.proxy.control;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;

/** The name of a resource of the control plane, by its kind. On the wire it is a text. */
public sealed interface ResourceName {

    /** Returns the name as it is on the wire. */
    String wireName();

    /** Resources that exist once per workload. */
    enum PerWorkload implements ResourceName {
        /** The connections that the workload accepts. */
        INBOUND("inbound"),
        /** The issuer that the workload's certificate must come from. */
        RENEWAL("renewal"),
        /** The zones and namespaces whose names belong to the mesh. */
        NAMES("names"),
        /** The requests that operators watch. */
        TAP("tap");

        private final String wireName;

        PerWorkload(String wireName) {
            this.wireName = wireName;
        }

        @Override
        public String wireName() {
            return wireName;
        }
    }

    /** The trust bundle of one trust domain. */
    record Bundle(TrustDomain trustDomain) implements ResourceName {
        private static final String PREFIX = "bundle/";

        @Override
        public String wireName() {
            return PREFIX + trustDomain;
        }
    }

    /** The destination that an address leads to. */
    record Destination(InetSocketAddress address) implements ResourceName {
        static final String PREFIX = "destination/";

        @Override
        public String wireName() {
            return PREFIX + HostPort.text(address);
        }
    }

    /** The answer for a name of the mesh, for example its addresses. */
    record HostName(String name) implements ResourceName {
        static final String PREFIX = "name/";

        @Override
        public String wireName() {
            return PREFIX + name;
        }
    }

    /** A name of an unknown kind, or without a kind. */
    record Unknown(String wireName) implements ResourceName {}

    /**
     * Reads a name from the wire; a name of no known kind, or without a value, becomes {@link Unknown}. Two spellings of
     * one address are one name.
     */
    static ResourceName parse(String wireName) {
        for (PerWorkload each : PerWorkload.values()) {
            if (each.wireName.equals(wireName)) {
                return each;
            }
        }
        try {
            if (wireName.startsWith(Destination.PREFIX)) {
                return new Destination(HostPort.literal(wireName.substring(Destination.PREFIX.length())));
            }
            if (wireName.startsWith(Bundle.PREFIX)) {
                return new Bundle(TrustDomain.parse(wireName.substring(Bundle.PREFIX.length())));
            }
        } catch (IllegalArgumentException _) {
            return new Unknown(wireName);
        }
        return wireName.startsWith(HostName.PREFIX) && wireName.length() > HostName.PREFIX.length()
                ? new HostName(wireName.substring(HostName.PREFIX.length()))
                : new Unknown(wireName);
    }
}
