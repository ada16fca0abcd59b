package dev.weft.proxy.control;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;

/** The name of a resource of the control plane, by its kind. On the wire it is a text. */
public sealed interface ResourceName {

    /** Returns the name as it is on the wire. */
    String text();

    /** Resources that exist once per workload. */
    enum Single implements ResourceName {
        /** The connections that the workload accepts. */
        INBOUND("inbound"),
        /** The issuer that the workload's certificate must come from. */
        RENEWAL("renewal"),
        /** The zones and namespaces whose names belong to the mesh. */
        NAMES("names"),
        /** The requests that operators watch. */
        TAP("tap");

        private final String text;

        Single(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /** The trust bundle of one trust domain. */
    record Bundle(TrustDomain trustDomain) implements ResourceName {
        private static final String PREFIX = "bundle/";

        @Override
        public String text() {
            return PREFIX + trustDomain;
        }
    }

    /** The destination that an address leads to. */
    record Destination(InetSocketAddress address) implements ResourceName {
        static final String PREFIX = "destination/";

        @Override
        public String text() {
            return PREFIX + HostPort.text(address);
        }
    }

    /** The answer for a name of the mesh, for example its addresses. */
    record Name(String name) implements ResourceName {
        static final String PREFIX = "name/";

        @Override
        public String text() {
            return PREFIX + name;
        }
    }

    /** A name of an unknown kind, or without a kind. */
    record Unknown(String text) implements ResourceName {}

    /** Reads a name from the wire; a name of no known kind becomes {@link Unknown}. */
    static ResourceName of(String text) {
        for (Single single : Single.values()) {
            if (single.text.equals(text)) {
                return single;
            }
        }
        try {
            if (text.startsWith(Destination.PREFIX)) {
                return new Destination(HostPort.literal(text.substring(Destination.PREFIX.length())));
            }
            if (text.startsWith(Bundle.PREFIX)) {
                return new Bundle(TrustDomain.parse(text.substring(Bundle.PREFIX.length())));
            }
        } catch (IllegalArgumentException _) {
            return new Unknown(text);
        }
        return text.startsWith(Name.PREFIX) ? new Name(text.substring(Name.PREFIX.length())) : new Unknown(text);
    }
}
