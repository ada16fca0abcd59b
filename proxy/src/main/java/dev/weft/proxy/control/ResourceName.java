package dev.weft.proxy.control;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetSocketAddress;

/** The name of a resource that the control plane tells, by its kind. On the wire it is a text. */
public sealed interface ResourceName {

    /** As it is on the wire. */
    String text();

    /** Resources of which there is one. */
    enum Single implements ResourceName {
        /** What the workload accepts. */
        INBOUND("inbound"),
        /** Which issuer the workload's certificate must be of. */
        RENEWAL("renewal"),
        /** Which names can be names of the mesh. */
        NAMES("names"),
        /** Which requests operators look on at. */
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

    /** Whom to trust in one trust domain. */
    record Bundle(TrustDomain trustDomain) implements ResourceName {
        private static final String PREFIX = "bundle/";

        @Override
        public String text() {
            return PREFIX + trustDomain;
        }
    }

    /** Where an address leads. */
    record Destination(InetSocketAddress address) implements ResourceName {
        static final String PREFIX = "destination/";

        @Override
        public String text() {
            return PREFIX + HostPort.text(address);
        }
    }

    /** What a name of the mesh stands for. */
    record Name(String name) implements ResourceName {
        static final String PREFIX = "name/";

        @Override
        public String text() {
            return PREFIX + name;
        }
    }

    /** A name of a kind that this version does not know, or of no kind. */
    record Unknown(String text) implements ResourceName {}

    /** Reads a text of the wire; what is no name of a known kind is {@link Unknown}. */
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
